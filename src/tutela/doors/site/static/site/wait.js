// A place in the queue: count the seconds down and meanwhile look for a proof of work, which ends the wait
// at once (SHA-256 of "salt:number" that begins with so many zero bits). Without script one simply waits.
(() => {
  "use strict";
  const box = document.querySelector("[data-wait]");
  const field = document.querySelector("[data-proof]");
  if (!box || !field) return;
  const shown = box.querySelector("[data-wait-now]");
  const { salt, ready } = box.dataset;
  const bits = Number(box.dataset.bits);
  const until = Date.now() + Number(box.dataset.seconds) * 1000;
  let done = false;

  const finish = () => {
    if (done) return;
    done = true;
    window.clearInterval(clock);
    shown.textContent = ready;
  };
  const clock = window.setInterval(() => {
    if (Date.now() >= until) finish();
  }, 500);

  const zeros = (digest) => {
    const view = new DataView(digest);
    const first = view.getUint32(0);
    return first === 0 ? 32 : Math.clz32(first);
  };

  const work = async () => {
    if (!window.crypto || !window.crypto.subtle) return;
    const encoder = new TextEncoder();
    const BATCH = 256;
    for (let start = 0; !done; start += BATCH) {
      const digests = await Promise.all(
        Array.from({ length: BATCH }, (_, index) =>
          window.crypto.subtle.digest("SHA-256", encoder.encode(`${salt}:${start + index}`)),
        ),
      );
      const found = digests.findIndex((digest) => zeros(digest) >= bits);
      if (found >= 0) {
        field.value = String(start + found);
        finish();
      }
    }
  };
  work();
})();
