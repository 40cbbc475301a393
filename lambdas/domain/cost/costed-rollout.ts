import type { CountedMeasure } from '../evidence';
import type { Strategy, StrategyStep } from '../strategy';
import type { ownCounts } from '../gates/gates';

/** What of a rollout's record its cost is computed from; a record has all of it and more. */
export interface CostedRollout {
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  /** `upload`, `person` or `deploy`: an upload's first function is part of the rollout. */
  readonly startedBy: string;
  readonly outcome?: string | undefined;
  readonly state?: CostedState | undefined;
}

export interface CostedState {
  readonly config: {
    /** The built-in model server tells more of each version than Lambda does. */
    readonly builtIn: boolean;
    readonly settings: {
      /** Absent in records of before there were any. */
      readonly vetoAlarms?: readonly string[] | undefined;
      readonly memoryMB: number;
      readonly provisionedConcurrency: number;
      readonly gates: Parameters<typeof ownCounts>[0] & {
        readonly latency: false | { readonly requests: 'warm' | 'all' };
        readonly throttles: unknown;
        /** Absent in records of before there was the gate. */
        readonly accuracy?: false | { readonly minLabels: number } | undefined;
      };
    };
  };
  readonly plan: {
    /** What was asked for; after a replay's proof the steps are others. */
    readonly strategy?: Strategy | undefined;
    readonly steps: readonly StrategyStep[];
    readonly dryRun: boolean;
  };
  readonly replay?:
    | {
        readonly since: string;
        readonly chunks: number;
        readonly seconds?: number | undefined;
        readonly verdict?: string | undefined;
        readonly asked: number;
        /** Requests drawn, and those of them that were captured. */
        readonly planned?: number | undefined;
        readonly captured?: number | undefined;
        readonly serverSeconds?: number | undefined;
      }
    | undefined;
  readonly green: { readonly version?: string | undefined };
  readonly canary?:
    | {
        readonly windows: readonly { readonly from: string; readonly until?: string | undefined }[];
        readonly extendedMinutes: number;
        readonly baseline?: CostedBaseline | undefined;
        readonly approved?: { readonly at: string; readonly looks: number } | undefined;
      }
    | undefined;
  readonly watch?:
    | {
        readonly from: string;
        readonly minutes?: number | undefined;
        /** Minutes of the watch before it began again. */
        readonly heldMinutes?: number | undefined;
        readonly baseline?: CostedBaseline | undefined;
        /** Calls of our own to see whether it is green that fails, or whether CloudWatch counts. */
        readonly calls?: number | undefined;
        /** How often green's newest minutes were read before it was taken back. */
        readonly readAgain?: number | undefined;
      }
    | undefined;
  /** Requests of the golden set that verification sent. */
  readonly verification?:
    | {
        readonly rows?: number | undefined;
        readonly blueAccuracy?: number | undefined;
        readonly blueError?: number | undefined;
      }
    | undefined;
  /** Present where both versions answered a made-up request before green had traffic. */
  readonly control?: number | undefined;
  /** What both versions say that they count of their answers. */
  readonly answers?: { readonly measures: readonly string[] } | undefined;
  /** Present once a person was asked. */
  readonly approval?: unknown;
  readonly timeline: readonly { readonly at: string; readonly state: string }[];
}

export interface CostedBaseline {
  readonly baseline?: readonly { readonly blue: { readonly invocations: number } }[] | undefined;
  readonly baselineDurations: number;
  readonly thresholds: readonly { readonly quantile: number }[];
  readonly classNames: readonly string[];
  readonly measures?: readonly CountedMeasure[] | undefined;
  readonly labels?: { readonly green: number } | undefined;
}
