import type { Routing } from './4-verdict/routing';
import type { ExpectedShift, LeftOutMinute } from './evidence';

/** The judge's full result: a verdict with its reasons in numbers. Plain data: stored with the rollout's record as it is. */

export const GATE_NAMES = ['errors', 'latency', 'predictions', 'throttles', 'accuracy'] as const;
/** A gate of the user's own is named after its setting: `custom:fallbacks`. */
export type CustomGateName = `custom:${string}`;
export type GateName = (typeof GATE_NAMES)[number] | CustomGateName;

export type Verdict = 'pass' | 'fail' | 'continue' | 'inconclusive';

/** How far green may be from blue: tolerated if rate_green <= ratio * rate_blue + points; harmful likewise. */
export interface Margin {
  /** Factor on blue's rate, >= 1. */
  readonly ratio: number;
  /** Absolute share of requests, 0 to 1 (0.005 is half a percentage point). */
  readonly points: number;
}

export interface RateGateSettings {
  readonly tolerance: Margin;
  readonly harm: Margin;
}

export interface AccuracySettings extends RateGateSettings {
  /** With fewer labels in sight for green the gate is not judged: it neither stops nor holds up a rollout. */
  readonly minLabels: number;
}

/** Settings that the judge obeys; the defaults live in the contract's endpoint settings. */
export interface JudgeSettings {
  /** alpha: P(ever `fail` | green inside every tolerance) <= this. */
  readonly falseAlarmRate: number;
  /** beta: P(`pass` | some gate harmful throughout) <= this. */
  readonly missRate: number;
  /** Settled minutes before `pass` is possible; the planned bake unless set lower. */
  readonly minimumMinutes: number;
  /** A gate that is absent is off. The latency margins are in the thresholds of the evidence's baseline. */
  readonly gates: {
    readonly errors?: RateGateSettings;
    readonly latency?: Record<string, never>;
    readonly predictions?: { readonly tolerancePoints: number; readonly harmPoints: number };
    readonly throttles?: RateGateSettings;
    readonly accuracy?: AccuracySettings;
    /** In the order of `SideCounts.custom`. */
    readonly custom?: readonly (RateGateSettings & { readonly name: string })[];
  };
}

/** One gate's part of a judgement. */
export interface GateJudgement {
  readonly gate: GateName;
  /** What the numbers below count, in words: "failed requests", "requests slower than blue's p95 (12.4 ms)", "answers of class 1". */
  readonly counts: string;
  readonly blue: { readonly events: number; readonly requests: number };
  readonly green: { readonly events: number; readonly requests: number };
  /** ln of the gate's e-value against "green is inside the tolerance", after each minute; the last is now. */
  readonly logEvidence: readonly number[];
  /** ln of the gate's smallest e-value against "green is harmful", each at its highest so far; `pass` needs ln(1/missRate). */
  readonly logNonInferiority: number;
  readonly nonInferior: boolean;
  /** How soon a green that is just harmful would be stopped at the traffic so far; absent while nobody can say. */
  readonly reaction?: { readonly minutes: number; readonly greenRequests: number; readonly words: string };
  /** One sentence: the numbers, the comparison, the limit. */
  readonly summary: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** The gate to blame for `fail`, or the one that is furthest from proof for `inconclusive`; absent otherwise. */
  readonly gate?: GateName;
  /** One sentence that a person can read: number, comparison, limit. */
  readonly reason: string;
  /** ln of the combined e-value after each minute; `fail` as soon as one reaches `logLimit`. */
  readonly logEvidence: readonly number[];
  readonly logLimit: number;
  readonly logNonInferiorityLimit: number;
  readonly settledMinutes: number;
  readonly plannedMinutes: number;
  readonly blueRequests: number;
  readonly greenRequests: number;
  /** For `fail`: the settled minute that decided, 1 for the first. */
  readonly decidedAtMinute?: number;
  /** Settled minutes of the canary that were not judged, and why. */
  readonly leftOut: readonly LeftOutMinute[];
  /** Whether requests were routed as the weights say; never a reason to stop. Absent where none was routed by a weight. */
  readonly routing?: Routing;
  /** By how much verification let each class's share grow; absent when it compared nothing. */
  readonly expectedShift?: ExpectedShift;
  readonly gates: readonly GateJudgement[];
  /** Gates that are on and were not judged, as was decided before the canary; absent when there is none. */
  readonly notJudged?: readonly NotJudged[];
}

export interface NotJudged {
  readonly gate: GateName;
  /** One sentence: what there was, what is needed. */
  readonly why: string;
}
