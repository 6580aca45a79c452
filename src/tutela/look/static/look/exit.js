// The quick way out, as script on top of a plain link (templates/look/_exit.html): the cover appears at
// once, Shift pressed three times within five seconds leaves, and what happens is spoken.
// All words come from the page, so that this file needs no translation.
(() => {
  "use strict";
  const link = document.querySelector("[data-exit]");
  if (!link) return;
  const box = link.parentElement;
  const status = box.querySelector("[role=status]");
  const dots = box.querySelectorAll(".exit__dots span");
  const words = link.dataset;
  const TIMES = 3;
  const WITHIN_MS = 5000;
  let count = 0;
  let timer = 0;
  let shiftAlone = false;

  const show = () => {
    box.classList.toggle("exit--counting", count > 0);
    dots.forEach((dot, index) => dot.classList.toggle("exit__on", index < count));
  };

  const forget = (message) => {
    window.clearTimeout(timer);
    count = 0;
    show();
    status.textContent = message;
  };

  const leave = () => {
    forget("");
    if (!document.querySelector(".exit-cover")) {
      const cover = document.createElement("div");
      cover.className = "exit-cover";
      cover.setAttribute("role", "alert");
      document.body.classList.add("leaving");
      document.body.append(cover);
      cover.textContent = words.leaving;
    }
    document.title = words.leaving;
    // replace: this page is not one step back from where the person lands.
    window.location.replace(link.href);
  };

  const press = () => {
    count += 1;
    if (count >= TIMES) {
      leave();
      return;
    }
    show();
    status.textContent = count === 1 ? words.two : words.one;
    if (count === 1) timer = window.setTimeout(() => forget(words.expired), WITHIN_MS);
  };

  document.querySelectorAll("[data-exit], [data-exit-also]").forEach((element) => {
    element.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });
  });

  // Shift counts only when pressed and let go on its own, so that typing capitals does not leave the page.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Shift") {
      if (!event.repeat) shiftAlone = !event.ctrlKey && !event.altKey && !event.metaKey;
    } else {
      shiftAlone = false;
      if (count) forget("");
    }
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !shiftAlone) return;
    shiftAlone = false;
    press();
  });

  // Coming back with the browser's Back button must not find the page covered.
  window.addEventListener("pageshow", () => {
    document.body.classList.remove("leaving");
    document.querySelectorAll(".exit-cover").forEach((cover) => cover.remove());
    forget("");
  });
})();
