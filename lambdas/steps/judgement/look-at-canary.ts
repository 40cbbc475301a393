import type { RolloutState } from '../../contract/rollout-state';
import { soundEvidence } from '../../contract/kept-evidence';
import { isoTime, MINUTE_MS, SETTLE_MS, settledUntil } from '../../domain/minutes';
import { heldMinutes } from '../../domain/judge/held-minutes';
import { judge } from '../../domain/judge/judge';
import { totalFailureExcluded } from '../../domain/judge/total-failure';
import type { Evidence, LeftOutMinute } from '../../domain/evidence';
import type { Judgement } from '../../domain/judge/judgement';
import { expectedShift } from '../../domain/prediction-shift';
import { minimumMinutes, plannedMinutes } from '../../domain/strategy';
import type { IncompleteMinute } from '../../adapters/cloudwatch/minutes';
import type { Adapters } from '../../adapters/adapters';
import { labelsCounted, readBaseline } from './read-baseline';
import { judgeSettings } from './short-judgement';
import { usableMinutes } from './ask-both';
import { timesWarmAlone } from '../../domain/gates/latency';

type Canary = NonNullable<RolloutState['canary']>;

export interface CanaryLook {
  readonly evidence: Evidence;
  readonly judgement: Judgement;
  readonly queries: readonly unknown[];
  readonly leftOut: readonly IncompleteMinute[];
  /** That a total failure of green is excluded, in words; undefined where it is not, or where the weight does not end on that. */
  readonly works: string | undefined;
  /** No settled minute still waits for late data. */
  readonly nothingOutstanding: boolean;
  /** Minutes that prove nothing of green, because blue itself was far outside its own hour. */
  readonly held: readonly LeftOutMinute[];
  /** The last of them, where it is the last minute that was judged: blue is so now. */
  readonly holds: LeftOutMinute | undefined;
  /** The canary with what this look has fixed: the baseline, the minutes left out. */
  readonly canary: Canary;
}

/** Reads every settled minute of the canary and judges all of them afresh. `mayPass`: whether a `pass` would be acted upon. */
export async function lookAtCanary(
  ports: Pick<Adapters, 'clock' | 'evidence' | 'liveModels'>,
  state: RolloutState,
  canary: Canary,
  green: string,
  mayPass: boolean,
): Promise<CanaryLook | 'unavailable'> {
  const now = ports.clock.now();
  const first = canary.windows[0]?.from ?? isoTime(now);
  const fixed = canary.baseline
    ? { baseline: canary.baseline, queries: [] }
    : await readBaseline(ports, state, Date.parse(first));
  if (fixed === 'unavailable') return 'unavailable';
  const { baseline } = fixed;
  const settled = settledUntil(now);
  const windows = canary.windows
    .map((window) => ({
      ...window,
      until: isoTime(Math.min(settled, window.until ? Date.parse(window.until) : Infinity)),
    }))
    .filter((window) => window.from < window.until);
  const reading = await ports.evidence.fetchMinutes({
    config: state.config,
    blue: state.blue.version,
    green,
    thresholds: baseline.thresholds,
    measures: baseline.measures ?? [],
    mayPass,
    labels: labelsCounted(state, baseline, Date.parse(first)),
    windows,
    blueMinutesEarlier: 0,
  });
  if (reading === 'unavailable') return 'unavailable';
  const usable = usableMinutes(reading, canary.leftOut, now);
  const seen = soundEvidence({
    ...baseline,
    horizonMinutes: horizon(state),
    rows: usable.minutes,
    warmOnly: timesWarmAlone(state.config.builtIn, state.config.settings.gates.latency),
    expectedShift: expectedShift(
      state.verification?.predictionShift,
      baseline,
      state.config.settings.approval.mode === 'before-promote',
    ),
    leftOut: usable.leftOut,
    ...(state.replay?.verdict === 'unproven' && { replayed: state.replay.evidence }),
  });
  const held = heldMinutes(seen, state.config.settings.gates);
  const last = held.at(-1);
  const holds = last?.minute === seen.rows.at(-1)?.minute ? last : undefined;
  const evidence: Evidence = held.length === 0 ? seen : { ...seen, held };
  return {
    evidence,
    judgement: judge(evidence, judgeSettings(state.config.settings, minimumMinutes(state.plan.steps))),
    works:
      state.plan.steps[canary.step]?.until === 'works'
        ? totalFailureExcluded(evidence, state.config.settings.missRate)
        : undefined,
    queries: [...fixed.queries, ...reading.queries],
    leftOut: usable.leftOut,
    nothingOutstanding: usable.waiting === 0,
    held,
    holds,
    canary: {
      ...canary,
      baseline,
      leftOut: [...usable.leftOut],
      ...(held.length > 0 && { held: [...held], holds: holds !== undefined }),
    },
  };
}

/** Minutes that the strategy will give: its bakes, and after each of a fixed length the time until its last minute has settled. */
const horizon = ({ plan: { steps } }: RolloutState): number =>
  plannedMinutes(steps) +
  steps.slice(0, -1).filter(({ until }) => until === undefined).length * (SETTLE_MS / MINUTE_MS);
