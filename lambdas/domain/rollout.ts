/** The model of a rollout, pinned: these four never change while it runs. */
export interface PinnedModel {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** Lower-case hex of the object's bytes. */
  readonly sha256: string;
}

/** One published version and the model it serves; no model for the version that the first deploy published. */
export interface ServedVersion {
  /** Lambda version number, for example "7". */
  readonly version: string;
  readonly model?: PinnedModel;
}

export const OUTCOMES = [
  'promoted',
  'promoted-first',
  'already-live',
  'dry-run-passed',
  'aborted',
  'reverted',
  'not-restored',
  'rejected',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Where a rollout is; decides what a failure must undo. */
export type Phase = 'before-traffic' | 'canary' | 'promoted';

export interface WeightChange {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Green's share of live traffic, whole percent. */
  readonly weight: number;
}

/** Why a rollout did not promote. */
export interface Failure {
  readonly error: string;
  readonly cause: string;
  /** Who or what decided: the judge, a person, a setting, a check. */
  readonly decidedBy: string;
}
