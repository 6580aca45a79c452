/* The strip of law follows what is chosen. The server finds; this only asks it again a moment after the last
   change, and shows its answer. Without script the strip is shown after saving. */
const strip = document.querySelector("[data-law]");
const form = document.querySelector("[data-questions]");

if (strip && form) {
  let waiting = 0;
  let asked = 0;

  const ask = async () => {
    const number = ++asked;
    try {
      const answer = await fetch(strip.dataset.law, {
        method: "POST",
        body: new FormData(form),
        credentials: "same-origin",
        redirect: "error",
      });
      if (!answer.ok || number !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      strip.replaceChildren(...page.body.childNodes);
    } catch {
      /* the desk is not reachable for a moment; the next change asks again */
    }
  };

  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  };

  form.addEventListener("change", soon);
  /* Keys choose without a change event of their own. */
  document.addEventListener("keyup", soon);
  ask();
}
