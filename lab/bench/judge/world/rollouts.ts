import { endpointSettingsSchema } from '../../../../lambdas/contract/endpoint-settings';
import { judgeGates } from '../../../../lambdas/domain/gates/gates';
import { heldMinutes } from '../../../../lambdas/domain/judge/held-minutes';
import { type CanaryOutcome, outcomeOf } from '../../../../lambdas/domain/plan/outcome';
import { expectedSteps, scheduleOf, SETTLE_MINUTES } from '../../../../lambdas/domain/plan/schedule';
import {
  endsOnProof,
  minimumMinutes,
  minutesOfWatch,
  strategySteps,
  type Strategy,
} from '../../../../lambdas/domain/strategy';
import { evidenceOfTrace } from '../../../../lambdas/domain/trace/evidence-of-trace';
import { judgeSettings } from '../../../../lambdas/steps/judgement/judge-settings';
import { seeded } from '../../../../simulator/draws';
import { traceOf } from '../judges/trace-of';
import type { Canary } from '../simulate/canary';
import { drawWorld, type WorldSetting } from './world';

const SETTINGS = endpointSettingsSchema.parse({ name: 'benchmark' });
const { latency } = SETTINGS.gates;
/** The minute of a shift belongs to neither weight. */
const SHIFT_MINUTES = 1;

export type RolloutEnd = CanaryOutcome['ends'] | 'reverted';

/** How one simulated rollout ends, and after how many minutes of evidence. */
export interface SimulatedRollout {
  readonly ends: RolloutEnd;
  readonly minutes: number;
}

export type UnsteadyWorld = Omit<WorldSetting, 'weights'>;

/** One rollout with the shipped settings: the canary as its looks decide it, and after a pass the watch. */
export function rolloutIn(world: UnsteadyWorld, strategy: Strategy, seed: number, run: number): SimulatedRollout {
  const steps = expectedSteps(strategySteps(strategy), world.requestsPerMinute);
  const { minutes, plannedMinutes } = scheduleOf(steps, SETTINGS.onInsufficientEvidence.extendMinutes);
  const weights = minutes.map(({ weight }) => weight / 100);
  const canary = drawWorld({ ...world, weights }, seeded(seed, run), seeded(seed, run, 1));
  const seen = evidenceOfTrace(
    { ...traceOf(canary), horizonMinutes: plannedMinutes },
    latency === false ? undefined : latency,
  );
  const evidence = { ...seen, held: [...heldMinutes(seen, SETTINGS.gates)] };
  const settings = judgeSettings(SETTINGS, minimumMinutes(steps));
  const end = outcomeOf(evidence, judgeGates(evidence, settings), settings, endsOnProof(steps));
  if (end.ends !== 'passed') return { ends: end.ends, minutes: end.ends === 'stopped' ? end.minute : minutes.length };
  const before = end.minute + (steps.length - 1) * SHIFT_MINUTES + SETTLE_MINUTES + SHIFT_MINUTES;
  const watched = minutesOfWatch(steps, SETTINGS, before);
  return isReverted(canary, world, { before, watched, minute: end.minute }, seed, run)
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

/** Green's minutes with all traffic, each beside one of blue's own last ones. */
function isReverted(
  canary: Canary,
  world: UnsteadyWorld,
  { before, watched, minute }: Watched,
  seed: number,
  run: number,
) {
  const weights = Array.from({ length: before + watched }, (_, index) => (index < before ? 0.5 : 0.99));
  const after = drawWorld({ ...world, weights }, seeded(seed, run), seeded(seed, run, 2));
  const blues = [...canary.baseline, ...canary.minutes.slice(0, minute).map(({ blue }) => blue)].slice(-watched);
  const minutes = after.minutes
    .slice(before)
    .map(({ green }, index) => ({ weight: 0.5, green, blue: blues[index] ?? green }));
  const trace = traceOf({ ...canary, minutes });
  const evidence = evidenceOfTrace(
    { ...trace, horizonMinutes: watched, oneAfterTheOther: true },
    latency === false ? undefined : latency,
  );
  const settings = judgeSettings(SETTINGS, watched);
  return outcomeOf(evidence, judgeGates(evidence, settings), settings).ends === 'stopped';
}
