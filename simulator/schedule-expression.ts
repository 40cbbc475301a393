/** When a schedule runs: again and again, or once. Times in milliseconds. */
export type ScheduleTimes =
  { readonly kind: 'rate'; readonly everyMs: number } | { readonly kind: 'at'; readonly at: number };

/** Thrown for an expression that is wrong or that the embedded engine does not know. */
export class UnsupportedSchedule extends Error {
  override readonly name = 'UnsupportedSchedule';
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Reads `rate(5 minutes)` and `at(2026-11-23T10:00:00)`, the latter in UTC. */
export function parseSchedule(expression: string): ScheduleTimes {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate && Number(rate[1]) > 0) return { kind: 'rate', everyMs: Number(rate[1]) * UNIT_MS[rate[2]!]! };
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression);
  if (at) return { kind: 'at', at: Date.parse(`${at[1]}Z`) };
  if (expression.startsWith('cron(')) {
    throw new UnsupportedSchedule(`${expression}: the embedded engine runs rate(…) and at(…), not cron(…)`);
  }
  throw new UnsupportedSchedule(`${expression} is not a schedule expression`);
}
