import { type EndpointSettings, endpointSettingsSchema } from '../../../../lambdas/contract/endpoint-settings';
import { judgeGates } from '../../../../lambdas/domain/gates/gates';
import type { Evidence } from '../../../../lambdas/domain/evidence';
import { lookThatSees, type Rhythm } from '../../../../lambdas/domain/looks';
import {
  failsBeyondBlue,
  foundByAsking,
  heldMinutes,
  MOST_HELD_MINUTES,
  overAgain,
} from '../../../../lambdas/domain/judge/held-minutes';
import { type Count, totalOf } from '../../../../lambdas/domain/statistics/counts';
import { usualRate } from '../../../../lambdas/domain/statistics/usual';
import { type CanaryOutcome, outcomeOf } from '../../../../lambdas/domain/plan/try-canary';
import { expectedSteps, scheduleOf, SETTLE_MINUTES } from '../../../../lambdas/domain/plan/schedule';
import {
  endsOnProof,
  minimumMinutes,
  minutesOfWatch,
  strategySteps,
  type Strategy,
} from '../../../../lambdas/domain/strategy';
import { evidenceOfTrace } from '../../../../lambdas/domain/trace/evidence-of-trace';
import { judgeSettings } from '../../../../lambdas/steps/judgement/kept-judgement';
import { seeded } from '../../../../simulator/draws';
import { traceOf } from '../judges/trace-of';
import type { Canary } from '../simulate/canary';
import { drawWorld, type WorldSetting } from './world';

export const SETTINGS = endpointSettingsSchema.parse({ name: 'benchmark' });
/** The minute of a shift belongs to neither weight. */
const SHIFT_MINUTES = 1;

export type RolloutEnd = CanaryOutcome['ends'] | 'reverted';

/** How one simulated rollout ends, and after how many minutes of evidence. */
export interface SimulatedRollout {
  readonly ends: RolloutEnd;
  readonly minutes: number;
}

export type UnsteadyWorld = Omit<WorldSetting, 'weights'>;

/** What a replay has left to the canary: its settings, and where it gave no proof its evidence. */
export interface JudgedBy {
  readonly settings: EndpointSettings;
  /** @default usual */
  readonly rhythm?: Rhythm;
  readonly replayed?: Evidence['replayed'];
}

/**
 * One rollout: the canary as its looks decide it, and after a pass the watch. `judged`: by the shipped settings as a
 * rule.
 */
export function rolloutIn(
  world: UnsteadyWorld,
  strategy: Strategy,
  seed: number,
  run: number,
  { settings: chosen, replayed, rhythm }: JudgedBy = { settings: SETTINGS },
): SimulatedRollout {
  const { latency } = chosen.gates;
  const steps = expectedSteps(strategySteps(strategy), world.requestsPerMinute);
  const { minutes, plannedMinutes } = scheduleOf(steps, chosen.onInsufficientEvidence.extendMinutes);
  const weights = minutes.map(({ weight }) => weight / 100);
  const canary = drawWorld({ ...world, weights }, seeded(seed, run), seeded(seed, run, 1));
  const seen = evidenceOfTrace(
    { ...traceOf(canary), horizonMinutes: plannedMinutes },
    latency === false ? undefined : latency,
  );
  const evidence = {
    ...seen,
    held: [...heldMinutes(seen, chosen.gates)],
    ...(replayed && { replayed }),
  };
  const settings = judgeSettings(chosen, minimumMinutes(steps));
  const decided = outcomeOf(evidence, judgeGates(evidence, settings), settings, endsOnProof(steps));
  const seenAt = (minute: number) => (rhythm === undefined ? minute : lookThatSees(minute, plannedMinutes, { rhythm }));
  const end = 'minute' in decided ? { ...decided, minute: seenAt(decided.minute) } : decided;
  if (end.ends !== 'passed') return { ends: end.ends, minutes: end.ends === 'stopped' ? end.minute : minutes.length };
  const before = end.minute + (steps.length - 1) * SHIFT_MINUTES + SETTLE_MINUTES + SHIFT_MINUTES;
  const watched = minutesOfWatch(steps, chosen, before);
  return isReverted(canary, world, { before, watched, minute: end.minute }, seed, run, chosen)
    ? { ends: 'reverted', minutes: before + watched }
    : { ends: 'passed', minutes: end.minute };
}

interface Watched {
  /** Minutes since green's first traffic when its watch begins, and those of it. */
  readonly before: number;
  readonly watched: number;
  /** Of the pass. */
  readonly minute: number;
}

/** Requests a minute of both, of which each version's are about as many as a step asks it directly. */
const ASKED_PER_MINUTE = 200;

/**
 * Green's minutes with all traffic, each beside one of blue's own last ones. Where they fail green, both versions are
 * asked and the newest minutes are read as the step does: what is not green's, or is over, begins the watch again.
 */
function isReverted(
  canary: Canary,
  world: UnsteadyWorld,
  { before, watched, minute }: Watched,
  seed: number,
  run: number,
  chosen: EndpointSettings,
): boolean {
  const { latency } = chosen.gates;
  const last = before + MOST_HELD_MINUTES + 2 * watched;
  const drawn = (weightOf: (index: number) => number, requestsPerMinute: number, stream: number) => {
    const weights = Array.from({ length: last }, (_, index) => weightOf(index));
    return drawWorld({ ...world, requestsPerMinute, weights }, seeded(seed, run), seeded(seed, run, stream)).minutes;
  };
  const after = drawn((index) => (index < before ? 0.5 : 0.99), world.requestsPerMinute, 2);
  const asked = drawn(() => 0.5, ASKED_PER_MINUTE, 3);
  const blues = [...canary.baseline, ...canary.minutes.slice(0, minute).map(({ blue }) => blue)].slice(-watched);
  const evidenceOf = (from: number, until: number) => {
    const minutes = after
      .slice(from, until)
      .map(({ green }, index) => ({ weight: 0.5, green, blue: blues[index] ?? green }));
    return evidenceOfTrace(
      { ...traceOf({ ...canary, minutes }), horizonMinutes: watched, oneAfterTheOther: true },
      latency === false ? undefined : latency,
    );
  };
  let recovered = false;
  for (let from = before; from - before <= MOST_HELD_MINUTES;) {
    const evidence = evidenceOf(from, from + watched);
    const settings = judgeSettings(chosen, watched);
    const end = outcomeOf(evidence, judgeGates(evidence, settings), settings);
    if (end.ends !== 'stopped') return false;
    const now = from + end.minute + SETTLE_MINUTES;
    const failing = { ...evidence, rows: evidence.rows.slice(0, end.minute) };
    const found = foundIn(failing, end.gate, asked[now]);
    const mayBeOver = !recovered && (found === undefined ? end.gate !== 'errors' : found === 'both-answer');
    const newest = evidenceOf(from + end.minute, now).rows;
    const over = mayBeOver ? overAgain(end.gate, failing, newest, found !== undefined) : undefined;
    const isAfterglow = found === 'both-answer' && from > before && !recovered;
    if (found !== 'both-fail' && over === undefined && !isAfterglow) return true;
    recovered = found !== 'both-fail';
    from = now + SHIFT_MINUTES;
  }
  return true;
}

/** What both versions answer to a step that asks them in this minute. */
function foundIn({ baseline, rows }: Evidence, gate: string, asked: Canary['minutes'][number] | undefined) {
  const countOf = ({ errors, invocations }: { readonly errors: number; readonly invocations: number }): Count => ({
    events: errors,
    requests: invocations,
  });
  const usual = usualRate(baseline.map(({ blue }) => countOf(blue))) ?? 0;
  const users = totalOf(rows.map(({ green }) => countOf(green)));
  if (asked === undefined || !['errors', 'latency'].includes(gate) || !failsBeyondBlue(usual, users)) return undefined;
  return foundByAsking({ blue: countOf(asked.blue), green: countOf(asked.green) }, usual, users);
}
