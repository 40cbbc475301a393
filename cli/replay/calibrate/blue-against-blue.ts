import type { LatencyThreshold } from '../../../lambdas/domain/evidence';
import { isJudged } from '../../../lambdas/domain/trace/evidence-of-trace';
import { thresholdsOfTrace } from '../../../lambdas/domain/trace/thresholds-of-trace';
import type { BinnedTrace, Trace, TraceRow, TraceSide } from '../../../lambdas/domain/trace/trace';
import type { ReplayRules } from '../rules';
import type { Random } from '../../../lambdas/domain/plan/coins';
import { splitter } from './split-side';

/** Pseudo-green's share where a row says nothing of use. */
const USUAL_WEIGHT = 0.1;

/** From which minute pseudo-green's part comes: the very minute, or the one beside it. */
export type SplitOf = 'same minute' | 'next minute';

export interface BlueAgainstBlue {
  readonly minutes: number;
  /** One canary in which blue plays both parts; `worsen` makes pseudo-green what it should be found to be. */
  readonly draw: (of: SplitOf, random: Random, worsen?: (green: TraceSide, random: Random) => TraceSide) => BinnedTrace;
}

/**
 * Makes canaries of blue alone. The baseline is the trace's own, and so are thresholds; each row's blue requests are
 * split into pseudo-blue and pseudo-green. A trace without rows gives the later part of its baseline as rows, the
 * horizon at most.
 *
 * @param weight pseudo-green's share; undefined: each row's own
 */
export function blueAgainstBlue(trace: BinnedTrace, rules: ReplayRules, weight: number | undefined): BlueAgainstBlue {
  const { baseline, minutes } = parts(trace);
  const fixed = { ...trace, baseline, thresholds: thresholdsOf({ ...trace, baseline }, rules) };
  const prepared = minutes.map((row) => ({
    share: weight ?? (isJudged(row) ? row.weight : USUAL_WEIGHT),
    split: splitter(row.blue, trace),
  }));
  return {
    minutes: minutes.length,
    draw: (of, random, worsen = (green) => green) => {
      const drawn = prepared.map(({ share, split }) => ({ share, ...split(share, random) }));
      const rows = drawn.map((own, index): TraceRow => {
        const { part } = (of === 'same minute' ? undefined : drawn[beside(index)]) ?? own;
        return { t: index + 1, weight: own.share, blue: own.rest, green: worsen(part, random) };
      });
      return { ...fixed, rows };
    },
  };
}

/** Minutes in pairs: 0 and 1, 2 and 3. */
const beside = (index: number): number => index + (index % 2 === 0 ? 1 : -1);

/** Minutes are numbered anew, so that none is named. */
function parts(trace: Trace): {
  readonly baseline: Trace['baseline'];
  readonly minutes: Pick<TraceRow, 'weight' | 'blue'>[];
} {
  const before = trace.baseline.map(({ t, blue }) => ({ t, blue }));
  if (trace.rows.length > 0) return { baseline: before, minutes: [...trace.rows] };
  const taken = Math.min(trace.horizonMinutes, Math.floor(before.length / 2));
  const cut = before.length - taken;
  return { baseline: before.slice(0, cut), minutes: before.slice(cut).map(({ blue }) => ({ weight: 0, blue })) };
}

const thresholdsOf = (trace: Trace, { margins }: ReplayRules): readonly LatencyThreshold[] =>
  trace.thresholds ?? (margins === undefined ? [] : thresholdsOfTrace(trace, margins));
