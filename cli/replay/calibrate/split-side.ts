import { binCount } from '../../../lambdas/domain/trace/bins';
import type { BinnedTrace, TraceSide } from '../../../lambdas/domain/trace/trace';
import { type MinutePool, poolOf } from './pool';
import type { Random } from '../../../lambdas/domain/plan/coins';

/** Draws a part of one side's requests; every request is in it with the same chance, by itself. */
export type Split = (share: number, random: Random) => { readonly part: TraceSide; readonly rest: TraceSide };

/**
 * Prepares a side to be split at random, many times. Only totals are known of each request's outcome, duration and
 * answer, so each is drawn by itself: outcomes with the requests, then as many durations and answers as fit the
 * requests drawn.
 */
export function splitter(
  side: TraceSide,
  { latencyBins, classNames }: Pick<BinnedTrace, 'latencyBins' | 'classNames'>,
): Split {
  const { invocations, errors, modelErrors, nonFiniteOutputs } = side;
  const outcomes = poolOf([
    errors - modelErrors - nonFiniteOutputs,
    modelErrors,
    nonFiniteOutputs,
    invocations - errors,
  ]);
  const durations = poolOf(perBin(side, binCount(latencyBins)));
  const answers = poolOf(classNames.map((_, index) => side.classes[index] ?? 0));
  const custom = side.custom.map(({ events, requests }) => poolOf([events, requests - events]));
  return (share, random) => {
    const drawn = random.binomial(invocations, share);
    const [invocationErrors = 0, ofModel = 0, nonFinite = 0, successes = 0] = outcomes.pick(drawn, random);
    // Timed requests (the warm ones, say) are a part of all; a request of several rows has several answers.
    const fitting = (pool: MinutePool, all: number, taken: number) =>
      pool.pick(
        pool.size > all ? random.binomial(pool.size, share) : amongDrawn(pool.size, all, taken, random),
        random,
      );
    const inBins = fitting(durations, invocations, drawn);
    const part: TraceSide = {
      invocations: drawn,
      errors: invocationErrors + ofModel + nonFinite,
      modelErrors: ofModel,
      nonFiniteOutputs: nonFinite,
      throttles: random.binomial(side.throttles, share),
      latency: inBins.flatMap((count, bin): [number, number][] => (count > 0 ? [[bin, count]] : [])),
      classes: fitting(answers, invocations - errors, successes),
      custom: custom.map((pool) => {
        const [events = 0, others = 0] = fitting(pool, invocations, drawn);
        return { events, requests: events + others };
      }),
    };
    return { part, rest: minus(side, part) };
  };
}

/** How many of `marked` requests are among `drawn` of `all`. */
function amongDrawn(marked: number, all: number, drawn: number, random: Random): number {
  let found = 0;
  for (let index = 0; index < drawn; index++)
    if (Math.floor(random.uniform() * (all - index)) < marked - found) found += 1;
  return found;
}

function perBin({ latency }: TraceSide, bins: number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  for (const [bin, count] of latency) counts[bin] = (counts[bin] ?? 0) + count;
  return counts;
}

function minus(side: TraceSide, part: TraceSide): TraceSide {
  const taken = new Map(part.latency);
  return {
    invocations: side.invocations - part.invocations,
    errors: side.errors - part.errors,
    modelErrors: side.modelErrors - part.modelErrors,
    nonFiniteOutputs: side.nonFiniteOutputs - part.nonFiniteOutputs,
    throttles: side.throttles - part.throttles,
    latency: side.latency
      .map(([bin, count]): [number, number] => [bin, count - (taken.get(bin) ?? 0)])
      .filter(([, count]) => count > 0),
    classes: side.classes.map((count, index) => count - (part.classes[index] ?? 0)),
    custom: side.custom.map(({ events, requests }, index) => ({
      events: events - (part.custom[index]?.events ?? 0),
      requests: requests - (part.custom[index]?.requests ?? 0),
    })),
  };
}
