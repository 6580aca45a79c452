/* What every keyboard script of the desk asks: is this a key of ours, and which. No side effects, because
   a collected copy and its hashed twin may both be loaded. */
export const OFF = "desk.keys.off";

export function keysAreOn() {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true;
  }
}

/* The letter on the key, whatever the layout: on a Georgian keyboard the J key types ჯ. */
export function letterOf(event) {
  if (/^[a-z0-9?/]$/.test(event.key)) return event.key;
  const code = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code || "");
  return code && !event.shiftKey ? code[1].toLowerCase() : event.key;
}

/* Whether a key press is typing, and therefore none of ours. */
export function isTyping(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const field = event.target.closest("textarea, select, input, [contenteditable]");
  return Boolean(field && !(field.matches("input") && ["radio", "checkbox"].includes(field.type)));
}
