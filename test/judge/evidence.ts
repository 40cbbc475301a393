import type { Evidence, EvidenceMinute, SideCounts } from '../../lambdas/domain/judge/evidence';
import { minuteAt, thresholds } from './canary';

/** A side that served `requests` as blue always does, with nothing wrong, before anything is overridden. */
export function side(requests: number, overrides: Partial<SideCounts> = {}): SideCounts {
  const beyond = thresholds.map(({ quantile }) => Math.round((1 - quantile) * requests));
  return {
    requests,
    invocationErrors: 0,
    modelErrors: 0,
    nonFiniteOutputs: 0,
    slow: beyond,
    verySlow: beyond,
    classes: [Math.floor(requests / 2), requests - Math.floor(requests / 2)],
    ...overrides,
  };
}

export const idle = side(0);

export const minutes = (count: number, blue: SideCounts, green: SideCounts, first = 0): EvidenceMinute[] =>
  Array.from({ length: count }, (_, index) => ({ minute: minuteAt(first + index), weight: 10, blue, green }));

export function evidence(overrides: Partial<Evidence> = {}): Evidence {
  return {
    baseline: {
      minutes: 60,
      requests: 60_000,
      failures: 60,
      durations: 60_000,
      thresholds,
      classNames: ['cat', 'dog'],
      classes: [30_000, 30_000],
    },
    plannedMinutes: 15,
    minutes: [],
    ...overrides,
  };
}
