/* Questions by keyboard: a letter goes to its question, a digit picks the value, Enter goes on, s saves
   (Ctrl+Enter too, also out of a text).
   What belongs to one choice only is folded away until it is chosen. Without script the form is plain
   radio buttons, everything unfolded. */
import { isTyping, keysAreOn, letterOf } from "./keyboard.js";

const form = document.querySelector("[data-questions]");
const questions = form ? [...form.querySelectorAll("[data-question]")] : [];
const save = form && form.querySelector("[data-save]");

function shown() {
  return questions.filter((question) => !question.hidden);
}

function focusOn(question) {
  const radio = question.querySelector("input:checked") || question.querySelector("input");
  radio.focus();
}

function current() {
  return shown().findIndex((question) => question.contains(document.activeElement));
}

/* A form without kinds has nothing to fold. */
function fold() {
  const kind = form.querySelector("input[name=kind]:checked");
  for (const part of form.querySelectorAll("[data-only-with]")) {
    part.hidden = !kind || part.dataset.onlyWith !== kind.value;
  }
}

function next() {
  const open = shown();
  const index = current() + 1;
  const text = form.querySelector("textarea");
  if (index < open.length) focusOn(open[index]);
  else if (text && !text.closest("[hidden]") && document.activeElement !== text) text.focus();
  else save.focus();
}

function pick(question, letter) {
  const radio = question.querySelector(`input[data-value-key="${CSS.escape(letter)}"]`);
  if (!radio) return false;
  radio.checked = true;
  radio.focus();
  fold();
  return true;
}

if (form) {
  form.addEventListener("change", fold);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit(save);
    } else if (event.target.closest("input[type=radio]")) {
      event.preventDefault();
      next();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || !keysAreOn() || document.querySelector("dialog[open]")) return;
    const letter = letterOf(event);
    if (letter === "s") {
      event.preventDefault();
      form.requestSubmit(save);
      return;
    }
    const wanted = shown().find((question) => question.dataset.question === letter);
    if (wanted) {
      event.preventDefault();
      focusOn(wanted);
    } else if (/^[0-9]$/.test(letter)) {
      const question = shown()[Math.max(0, current())];
      if (question && pick(question, letter)) event.preventDefault();
    }
  });
  fold();
  const wrong = document.querySelector("[data-errors]");
  const open = shown();
  if (wrong) wrong.focus();
  else if (open.length && form.dataset.questions === "begin") focusOn(open.find((question) => !question.querySelector("input:checked")) || open[0]);
}
