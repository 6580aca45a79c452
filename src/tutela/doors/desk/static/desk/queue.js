/* The queue by keyboard: j and k walk the rows, Enter opens (it is a link), c claims, x marks for bulk. */
import { isTyping, keysAreOn, letterOf } from "./keyboard.js";

const rows = [...document.querySelectorAll("[data-row]")];

function rowOf(element) {
  return rows.findIndex((row) => row.contains(element));
}

function go(index) {
  const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
  const link = row && row.querySelector("[data-row-open]");
  if (link) {
    link.focus();
    row.scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("keydown", (event) => {
  if (!rows.length || isTyping(event) || !keysAreOn() || document.querySelector("dialog[open]")) return;
  const here = rowOf(document.activeElement);
  const letter = letterOf(event);
  if (letter === "j") go(here + 1);
  else if (letter === "k") go(here < 0 ? 0 : here - 1);
  else if (here >= 0 && letter === "c") rows[here].querySelector("[data-row-claim]")?.click();
  else if (here >= 0 && letter === "x") rows[here].querySelector("[data-row-mark]")?.click();
  else return;
  event.preventDefault();
});

for (const all of document.querySelectorAll("[data-mark-all]")) {
  all.closest("[data-mark-all-box]").hidden = false;
  all.addEventListener("change", () => {
    for (const mark of document.querySelectorAll("[data-row-mark]")) mark.checked = all.checked;
  });
}
