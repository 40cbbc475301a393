const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** Steps that people read a clock in, minutes. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1, 2, 7, 14, 30].map((step, index) =>
  index < 11 ? step : step * DAY_MINUTES,
);
/** As many labels as fit below a chart on a phone. */
const MOST = 5;

/** Round times within a stretch, for the labels of an axis: "09:30", or "11-23" where a step is a day. UTC. */
export function timeTicks(fromMs: number, untilMs: number): readonly { readonly at: number; readonly label: string }[] {
  const minutes = (untilMs - fromMs) / MINUTE_MS;
  const step = STEPS.find((one) => minutes / one <= MOST) ?? Math.ceil(minutes / MOST / DAY_MINUTES) * DAY_MINUTES;
  const ms = step * MINUTE_MS;
  const ticks: { at: number; label: string }[] = [];
  for (let at = Math.ceil(fromMs / ms) * ms; at <= untilMs; at += ms) {
    const iso = new Date(at).toISOString();
    ticks.push({ at, label: step < DAY_MINUTES ? iso.slice(11, 16) : iso.slice(5, 10) });
  }
  return ticks;
}
