/* The exposure clock: while the page is visible, say so every half minute; when it is left, say that too.
   Without it the clock counts from one page view to the next. */
const clock = document.querySelector("[data-clock]");

if (clock) {
  const token = clock.querySelector("input[name=csrfmiddlewaretoken]").value;
  const out = clock.querySelector("[data-clock-minutes]");
  const meter = clock.querySelector("meter");
  const rest = document.querySelector("[data-clock-break]");

  const body = () => {
    const form = new FormData();
    form.append("csrfmiddlewaretoken", token);
    form.append("item", clock.dataset.clock);
    return form;
  };

  const show = (state) => {
    out.textContent = state.minutes;
    meter.value = state.minutes;
    if (rest) rest.hidden = !state.break_due;
    if (state.stopped) window.location.assign(clock.dataset.stop);
  };

  const beat = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(clock.dataset.beat, {
        method: "POST",
        body: body(),
        credentials: "same-origin",
        redirect: "error",
      });
      if (answer.ok) show(await answer.json());
    } catch {
      /* the desk is not reachable for a moment; the next beat tries again */
    }
  };

  beat();
  setInterval(beat, 30_000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") beat();
    else navigator.sendBeacon(clock.dataset.leave, body());
  });
}
