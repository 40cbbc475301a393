import type { NextStep } from './operation-errors';
import type { TakenBack } from '../domain/rollback';
import type { Action, Phase } from '../domain/rollout';
import type { StepEnd } from '../domain/strategy';
import type { Failing } from './failing';
import type { RolloutState } from './rollout-state';
import type { Hold, PersonsAnswer, PromoteDecision, Question } from './decisions';

/**
 * What a person sees of an endpoint: the shape of `--json`. Times are ISO 8601 in UTC, weights whole percent, shares 0
 * to
 * 1. Every key is always there; what does not apply is null.
 */
export interface EndpointView {
  readonly endpoint: string;
  readonly functionName: string;
  /** When this was read. */
  readonly at: string;
  readonly state: EndpointState;
  /** What the live alias says; null when it was deleted. */
  readonly live: VersionView | null;
  readonly liveSince: string | null;
  readonly canary: { readonly version: string; readonly weight: number } | null;
  readonly rollout: RolloutView | null;
  /** The rollout that ended last. */
  readonly last: EndedView | null;
  readonly waitingUpload: { readonly key: string; readonly versionId: string; readonly uploadedAt: string } | null;
  /** In words, why the code of the last deploy has not begun here: it waits for its wave, or is held back. */
  readonly newCode: string | null;
  readonly teardownHold: Hold | null;
  readonly back: BackView;
  readonly next: readonly NextStep[];
}

/** Where a rollback leads. */
export interface BackView {
  /** Without a version named; null when no earlier one is left that was not taken back. */
  readonly to: VersionView | null;
  /** In words, what was taken back so shortly before that a rollback without a version changes nothing. */
  readonly putBack: string | null;
  /** Versions that only their number leads back to, newest first. */
  readonly takenBack: readonly TakenBack[];
}

/** `ending`: its execution is over, and blue is being put back or the record closed. */
export type EndpointState =
  'at rest' | 'rolling out' | 'waiting for an answer' | 'ending' | 'leftover weights' | 'no live alias';

export interface VersionView {
  readonly version: string | null;
  /** s3:// address; null for a version without a model. */
  readonly model: string | null;
}

export interface RolloutView {
  readonly id: string;
  readonly action: Action;
  readonly dryRun: boolean;
  readonly startedAt: string;
  readonly startedBy: string;
  readonly reason: string;
  readonly phase: Phase;
  /** What it is doing, in words. */
  readonly doing: string;
  /** Null before and after the canary. */
  readonly step: StepView | null;
  readonly weight: number;
  readonly blue: VersionView;
  readonly green: VersionView;
  /** Where testers meet green, signed with IAM, until it is promoted. */
  readonly previewUrl: string | null;
  readonly nextLookAt: string | null;
  /** When it is decided what comes next, at the latest as far as is known now. */
  readonly deadlineAt: string | null;
  /** The latest look at the canary. */
  readonly judgement: JudgementView | null;
  readonly approval: ApprovalView | null;
  /** A person's promotion that the next look will follow unless the judge says fail. */
  readonly decision: PromoteDecision | null;
  readonly timeline: readonly { readonly at: string; readonly state: string; readonly note: string }[];
}

export interface StepView {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  readonly weight: number;
  /** With `until` the most. */
  readonly bakeMinutes: number;
  /** What ends it earlier: `works`, a total failure is excluded; `proof`, every gate has its proof. */
  readonly until: StepEnd | null;
  readonly extendedMinutes: number;
  /** When its last minute ends; null until its first whole minute is known. */
  readonly bakeEndsAt: string | null;
}

export type ApprovalView = Omit<Question, 'taskToken' | 'endpoint' | 'rolloutId'> & {
  readonly answer: (PersonsAnswer & { readonly at: string }) | null;
};

type KeptJudgement = NonNullable<RolloutState['judgement']>;

export interface JudgementView {
  readonly verdict: KeptJudgement['verdict'];
  readonly reason: string;
  readonly gate: string | null;
  readonly settledMinutes: number;
  readonly minutesLeftOut: number;
  readonly blueRequests: number;
  readonly greenRequests: number;
  /** Natural logarithms: green is stopped when `against` reaches `stopAt`. */
  readonly against: number;
  readonly stopAt: number;
  readonly routing: string | null;
  readonly gates: readonly GateView[];
}

export interface GateView {
  readonly gate: string;
  readonly counts: string;
  readonly blue: { readonly events: number; readonly requests: number };
  readonly green: { readonly events: number; readonly requests: number };
  readonly against: number;
  readonly stopAt: number;
  /** Proof of no harm: a pass needs `proof` to reach `passAt` in every gate. */
  readonly proof: number;
  readonly passAt: number;
  readonly summary: string;
  readonly reaction: string | null;
  /** Of a gate that does not decide: what it would have done. */
  readonly observed: string | null;
}

/** A rollout as the history tells it. */
export interface EndedView {
  readonly id: string;
  readonly endpoint: string;
  readonly status: 'running' | 'ended';
  /** `null` where it ended before it was known. */
  readonly action: Action | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly startedBy: string;
  readonly reason: string;
  readonly model: string | null;
  readonly greenVersion: string | null;
  readonly outcome: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly decidedBy: string | null;
  /** What a good end rests on, in words: "replay of 1,440 requests + 225 live". */
  readonly proof: string | null;
  readonly liveVersionAfter: string | null;
  /** What else had traffic then, by another writer. */
  readonly liveCanary: { readonly version: string; readonly weight: number } | null;
  /** How that version failed when it was last seen, and the next earlier one that exists. */
  readonly liveFails: Failing | null;
  /** s3:// address of the report page. */
  readonly report: string | null;
}

/** Some of an app's endpoints. */
export interface EndpointsPage {
  readonly views: readonly EndpointView[];
  /** From 1 on. */
  readonly page: number;
  readonly pages: number;
  /** The number of the first one among all. */
  readonly first: number;
  readonly total: number;
}
