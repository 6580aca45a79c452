/* Keyboard on every page of the desk: `?` shows the keys, and they can be turned off (WCAG 2.1.4).
   Enhancement only: every key presses a button or follows a link that is on the page anyway. */
import { OFF, isTyping, keysAreOn, letterOf } from "./keyboard.js";

const dialog = document.querySelector("[data-keys-dialog]");
const toggle = document.querySelector("[data-keys-toggle]");

function showKeys() {
  if (dialog && !dialog.open) dialog.showModal();
}

if (dialog) {
  for (const button of document.querySelectorAll("[data-keys-show]")) {
    button.hidden = false;
    button.addEventListener("click", showKeys);
  }
}

if (toggle) {
  toggle.checked = keysAreOn();
  toggle.addEventListener("change", () => {
    try {
      if (toggle.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch {
      /* storage is shut: the choice lasts for this page */
    }
  });
}

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || (dialog && dialog.open)) return;
  const letter = letterOf(event);
  if (letter === "?") {
    event.preventDefault();
    showKeys();
    return;
  }
  if (!keysAreOn()) return;
  const target = document.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  if (!target || target.disabled) return;
  event.preventDefault();
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
});
