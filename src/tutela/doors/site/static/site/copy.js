// Offer to copy the code, where the browser can. Without script the code is written down by hand.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  const status = document.querySelector("[data-copied]");
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent.trim().replace(/\s+/g, " ");
      try {
        await navigator.clipboard.writeText(text);
        status.textContent = button.dataset.done;
      } catch {
        // The browser refused; the code is on the page and can be written down.
        status.textContent = "";
      }
    });
  });
})();
