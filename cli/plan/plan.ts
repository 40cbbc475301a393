import type { RolloutCost } from '../../lambdas/domain/cost/cost-of';
import type { NotAsked } from '../../lambdas/domain/gates/counter';
import type { GateName } from '../../lambdas/domain/gates/names';
import { type Strategy, STRATEGY_PRESETS, type StrategyPreset, type StrategyStep } from '../../lambdas/domain/strategy';
import type { ScaleName } from '../../lambdas/domain/gates/gate';
import { type PlannedReplay, bakeForProof, type ProofMinutes } from '../../lambdas/domain/plan/time-to-proof';
import type { CanarySummary, WatchSummary } from './summary';

/** What blue's traffic was: numbers per minute, failures as a share. */
export interface PlannedTraffic {
  /** Where the minutes come from, in words. */
  readonly source: string;
  readonly minutes: number;
  readonly requestsPerMinute: number;
  /** Of the quietest and the busiest hour. */
  readonly quietestHour: number;
  readonly busiestHour: number;
  readonly errorRate: number;
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
  /** Share of each class of the answers. */
  readonly classes: readonly { readonly name: string; readonly share: number }[];
}

/** What to do. `instead` are things to do where no strategy is worth it, in words. */
export type Suggestion =
  | { readonly advice: 'keep'; readonly why: string }
  | {
      readonly advice: 'change';
      readonly strategy: Strategy;
      readonly why: string;
      /** Of a green as good as blue, simulated. */
      readonly inconclusive: number;
      /** Share of greens that fail five points more often and are stopped. */
      readonly fivePointsStopped: number;
    }
  | { readonly advice: 'not-worth-it'; readonly why: string; readonly instead: readonly string[] };

/** Can this canary prove anything? The whole answer, plain data. */
export interface Plan extends CanarySummary {
  readonly endpoint: string;
  readonly strategy: Strategy;
  readonly traffic: PlannedTraffic;
  /** Canaries that were simulated, and the seed that gives the same ones again. */
  readonly simulated: { readonly canaries: number; readonly seed: number };
  /** Minutes that a rollout of a good green takes in all, without the extension. */
  readonly rolloutMinutes: number;
  readonly extendMinutes: number;
  /** What an inconclusive canary leads to. */
  readonly withoutProof: 'abort' | 'hold' | 'promote';
  /** Gates that are on and have nothing to count in these minutes, and why. */
  readonly notCounted: readonly { readonly gate: GateName; readonly why: string }[];
  /** Regressions that these minutes leave nothing to ask about, and why. */
  readonly notTried: readonly { readonly kind: ScaleName; readonly why: string }[];
  /** Harm of rare classes that this traffic cannot exclude: a pass says nothing of it. */
  readonly notExcluded: readonly NotAsked[];
  /** Null where the settings watch no minute. */
  readonly watch: WatchSummary | null;
  readonly bakeForProof: readonly BakeForProof[];
  /** Null where nothing is replayed: the gate for errors is off, or `replay.mode` is. */
  readonly replay: PlannedReplay | null;
  readonly suggestion: Suggestion;
  readonly cost: RolloutCost;
}

/** A strategy is worth its wait if a good green ends without proof at most this often. */
export const MOST_INCONCLUSIVE = 0.1;
/** Weights that a suggestion may have: below 10 % proof takes longer, above 50 % there is more green than blue. */
export const SUGGESTED_WEIGHTS = [10, 25, 50] as const;
/** Bakes as people write them. */
const BAKES = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240];
/** For a lower weight people wait this long; beyond it a higher weight is better. */
const PATIENCE_MINUTES = 60;

/** How long a bake at one weight must be for nine of ten good greens to pass; null: not within four hours. */
interface BakeForProof {
  readonly weight: number;
  readonly minutes: number | null;
}

export const bakesForProof = (
  proofs: ReadonlyMap<number, readonly ProofMinutes[]>,
  without: readonly GateName[] = [],
): readonly BakeForProof[] =>
  [...proofs].map(([weight, canaries]) => ({
    weight,
    minutes: bakeForProof(canaries, 1 - MOST_INCONCLUSIVE, without) ?? null,
  }));

/**
 * The strategies that would do, best first: the one that ends when it knows, where that is within its hour; the lowest
 * weight whose bake takes an hour at most; then the shortest bake. Each is to be simulated before it is suggested,
 * because proof took these minutes in a sample.
 */
export function candidates(needed: readonly BakeForProof[]): readonly (readonly StrategyStep[])[] {
  const longEnough = needed.flatMap(({ weight, minutes }) => {
    const bakeMinutes = BAKES.find((bake) => minutes !== null && bake >= minutes);
    return bakeMinutes === undefined ? [] : [{ weight, bakeMinutes }];
  });
  const soon = longEnough
    .filter(({ bakeMinutes }) => bakeMinutes <= PATIENCE_MINUTES)
    .sort((a, b) => a.weight - b.weight);
  const late = longEnough
    .filter(({ bakeMinutes }) => bakeMinutes > PATIENCE_MINUTES)
    .sort((a, b) => a.bakeMinutes - b.bakeMinutes);
  const auto = needed.some(({ weight, minutes }) => weight === 50 && minutes !== null && minutes <= PATIENCE_MINUTES);
  return [...(auto ? [STRATEGY_PRESETS.Auto] : []), ...[...soon, ...late].map((step) => [step])];
}

/** The gates of which each alone keeps a good green from proof: without it nine of ten would have it in time. */
export function gatesInTheWay(proofs: ReadonlyMap<number, readonly ProofMinutes[]>): readonly GateName[] {
  const gates = new Set([...proofs.values()].flat(2).map(({ gate }) => gate));
  return gates.size < 2
    ? []
    : [...gates].filter((gate) => bakesForProof(proofs, [gate]).some(({ minutes }) => minutes !== null));
}

/** A preset's name where the steps are a preset's. */
export function strategyOf(steps: readonly StrategyStep[]): Strategy {
  const same = (preset: StrategyPreset) => JSON.stringify(STRATEGY_PRESETS[preset]) === JSON.stringify(steps);
  const names = Object.keys(STRATEGY_PRESETS) as StrategyPreset[];
  return names.find(same) ?? { steps };
}
