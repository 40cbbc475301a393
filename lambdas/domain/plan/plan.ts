import type { RolloutCost } from '../cost/cost-of';
import type { NotAsked } from '../gates/counter';
import type { GateName } from '../gates/names';
import type { Strategy } from '../strategy';
import type { ScaleName } from '../gates/gate';
import type { PlannedReplay } from './time-to-proof';
import type { BakeForProof } from './suggest';
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
