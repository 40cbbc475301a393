import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Baseline } from '../evidence';
import { ownCounts } from '../gates/gates';
import { latencyThresholds, tellingQuantiles } from '../latency-thresholds';
import { isoTime, MINUTE_MS } from '../minutes';
import { roughly } from '../numbers';
import { endsOnProof, type Strategy, strategySteps } from '../strategy';
import { chanceOfProof, GOOD_CHANCE, type OutlookQuestion } from './outlook';

/** What is supposed of a blue of which nothing is known, as by `plan --rpm`: of failures more, because none is rare. */
const FAILURES = 0.01;
const MEDIAN_MS = 50;
const SIGMA = 0.5;
const CLASSES: readonly number[] = [0.7, 0.3];

const BASELINE_MINUTES = 60;
/** Requests a minute that are tried, each a quarter more than the one before: what is supposed is not known better. */
const LEAST = 10;
const STEP = 1.25;
const TRIED = 42;

export interface NeedsQuestion extends Omit<OutlookQuestion, 'steps'> {
  readonly strategy: Strategy;
  /** Whether answers are counted. */
  readonly builtIn: boolean;
}

/** The requests a minute from which a strategy proves nine of ten good greens; undefined for none up to 100,000. */
export function trafficNeeded({ strategy, builtIn, ...question }: NeedsQuestion): number | undefined {
  const isEnough = (place: number) =>
    chanceOfProof(supposed(LEAST * STEP ** place, question, builtIn), {
      ...question,
      steps: strategySteps(strategy),
    }) >= GOOD_CHANCE;
  let [low, high] = [-1, TRIED];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high === TRIED ? undefined : LEAST * STEP ** high;
}

/** One line for those who synthesise, when no traffic is known yet; undefined where no canary needs any. */
export function trafficInWords(question: NeedsQuestion, then: 'abort' | 'hold' | 'promote'): string | undefined {
  const steps = strategySteps(question.strategy);
  if (steps.length === 0) return undefined;
  const needed = trafficNeeded(question);
  const named = typeof question.strategy === 'string' ? `strategy ${question.strategy}` : 'the strategy';
  const otherwise =
    then === 'abort'
      ? `InsufficientEvidence ${endsOnProof(steps) ? 'is said before users wait' : 'may end it'}`
      : `onInsufficientEvidence says "${then}"`;
  const from =
    needed === undefined
      ? 'at no traffic that could be found'
      : `from about ${roughly(Number(needed.toPrecision(2)))} requests a minute on`;
  return (
    `${named} proves nine of ten good models ${from} (supposed: 1 % fail${question.builtIn ? ', two classes' : ''}); ` +
    `below, ${otherwise}. For your traffic: npx greenlight plan`
  );
}

/** An hour of a steady blue. */
function supposed(requests: number, { judge: { gates } }: Pick<OutlookQuestion, 'judge'>, builtIn: boolean): Baseline {
  const durations = requests * BASELINE_MINUTES;
  const measured = tellingQuantiles(durations).map((quantile) => ({
    quantile,
    ms: MEDIAN_MS * Math.exp(SIGMA * normalQuantile(quantile, 0, 1)),
  }));
  const thresholds = gates.latency ? latencyThresholds(measured, gates.latency) : [];
  const count = { events: FAILURES * requests, requests };
  const answered = (1 - FAILURES) * requests;
  const blue = {
    ...{ invocations: requests, errors: FAILURES * requests, modelErrors: 0, nonFiniteOutputs: 0, throttles: 0 },
    ...{ durations: requests, slow: thresholds.map(({ quantile }) => (1 - quantile) * requests) },
    classes: builtIn ? CLASSES.map((share) => share * answered) : [],
    custom: (gates.custom ?? []).map(() => count),
    // Of the gates with a metric of the model server's; none of it was ever an event.
    counted: Object.fromEntries(ownCounts({ ...gates, custom: [] }).map(({ gate }) => [gate, { events: 0, requests }])),
  };
  return {
    baseline: Array.from({ length: BASELINE_MINUTES }, (_, index) => ({
      minute: isoTime((index - BASELINE_MINUTES) * MINUTE_MS),
      blue,
    })),
    baselineDurations: durations,
    thresholds,
    classNames: builtIn ? CLASSES.map((_, index) => String(index)) : [],
    ...(!builtIn && { uncounted: 'a function of your own counts none' }),
  };
}
