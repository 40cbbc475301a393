import type { BaselineMinute, Evidence, EvidenceMinute, SideCounts } from '../../lambdas/domain/evidence';
import { thresholds } from './thresholds';

/** A side that served `requests` as blue always does, with nothing wrong, before anything is overridden. */
export function side(requests: number, overrides: Partial<SideCounts> = {}): SideCounts {
  const beyond = thresholds.map(({ quantile }) => Math.round((1 - quantile) * requests));
  return {
    invocations: requests,
    errors: 0,
    modelErrors: 0,
    nonFiniteOutputs: 0,
    throttles: 0,
    durations: requests,
    slow: beyond,
    verySlow: beyond,
    classes: [Math.floor(requests / 2), requests - Math.floor(requests / 2)],
    custom: [],
    ...overrides,
  };
}

export const idle = side(0);

/** A canary minute's time, 0 for the first. */
export const minuteAt = (index: number): string => new Date(Date.UTC(2026, 0, 5, 12, index)).toISOString();

export const minutes = (count: number, blue: SideCounts, green: SideCounts, first = 0): EvidenceMinute[] =>
  Array.from({ length: count }, (_, index) => ({ minute: minuteAt(first + index), weight: 0.1, blue, green }));

/** Minutes of blue alone before the canary, all alike. */
export function before(count: number, blue: SideCounts): BaselineMinute[] {
  const { verySlow, ...counted } = blue;
  expect(verySlow).toBeDefined();
  return Array.from({ length: count }, (_, index) => ({ minute: minuteAt(index - count), blue: counted }));
}

/** An hour of blue at 1,000 requests a minute, of which one fails, and no canary yet. */
export function evidence(overrides: Partial<Evidence> = {}): Evidence {
  return {
    baseline: before(60, side(1000, { errors: 1 })),
    baselineDurations: 60_000,
    thresholds,
    classNames: ['cat', 'dog'],
    horizonMinutes: 15,
    rows: [],
    ...overrides,
  };
}

/** Blue's minutes before the canary as one, which tells its rates and nothing of its noise. */
export function asOne(rows: readonly BaselineMinute[]): BaselineMinute[] {
  const [first, ...rest] = rows;
  if (first === undefined) return [];
  const added = (a: readonly number[], b: readonly number[]) => a.map((count, index) => count + (b[index] ?? 0));
  return [
    rest.reduce(
      (sum, { blue }) => ({
        ...sum,
        blue: {
          invocations: sum.blue.invocations + blue.invocations,
          errors: sum.blue.errors + blue.errors,
          modelErrors: sum.blue.modelErrors + blue.modelErrors,
          nonFiniteOutputs: sum.blue.nonFiniteOutputs + blue.nonFiniteOutputs,
          throttles: sum.blue.throttles + blue.throttles,
          durations: sum.blue.durations + blue.durations,
          slow: added(sum.blue.slow, blue.slow),
          classes: added(sum.blue.classes, blue.classes),
          custom: sum.blue.custom.map((one, index) => ({
            events: one.events + (blue.custom[index]?.events ?? 0),
            requests: one.requests + (blue.custom[index]?.requests ?? 0),
          })),
        },
      }),
      first,
    ),
  ];
}
