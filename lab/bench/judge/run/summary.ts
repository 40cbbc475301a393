import type { SimulatedOutcome } from './chunk';

/**
 * A judge on all its runs of one cell. Minutes and requests are until the stop, of the runs that it stopped; a stop
 * before green turned bad is counted apart and is no find.
 */
export interface BenchSummary {
  readonly runs: number;
  readonly stopped: number;
  /** `stopped / runs`. */
  readonly share: number;
  /** Runs stopped before green turned bad. */
  readonly early: number;
  readonly meanMinute: number | undefined;
  readonly medianMinute: number | undefined;
  readonly greenRequests: number | undefined;
  /** Bad answers served, over all runs: to the stop, or the whole hour without one. */
  readonly badAnswers: number;
}

/** @param onset the minute from which green is bad */
export function summarize(outcomes: readonly SimulatedOutcome[], onset = 1): BenchSummary {
  const stopped = outcomes.filter(({ minute }) => minute !== undefined && minute >= onset);
  const minutes = stopped.map(({ minute }) => minute ?? 0).sort((a, b) => a - b);
  return {
    runs: outcomes.length,
    stopped: stopped.length,
    share: outcomes.length === 0 ? 0 : stopped.length / outcomes.length,
    early: outcomes.filter(({ minute }) => minute !== undefined && minute < onset).length,
    meanMinute: mean(minutes),
    medianMinute: minutes[minutes.length >> 1],
    greenRequests: mean(stopped.map(({ greenRequests }) => greenRequests)),
    badAnswers: mean(outcomes.map((outcome) => outcome.badAnswers)) ?? 0,
  };
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
