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

/** What an execution may be asked for. */
export const ACTIONS = ['rollout', 'rollback', 'drill'] as const;
export type Action = (typeof ACTIONS)[number];

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

/** How it ended, for people: a rollback that was promoted has rolled back. */
export const endedAs = (
  ended: { readonly outcome?: string | null | undefined; readonly status: string },
  action: Action | null | undefined,
): string => (ended.outcome === 'promoted' && action === 'rollback' ? 'rolled back' : (ended.outcome ?? ended.status));

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

/** A hash function, given by the caller: lower-case hex of the text's SHA-256. */
export type Sha256Hex = (text: string) => string;

/**
 * The name of the execution that an object version starts: the same version always gives the same name, so a second
 * event for it finds the execution there already. Version ids may hold characters that names may not, hence the hash.
 * At most 31 + 1 + 12 + 1 + 3 = 48 of the 80 characters allowed.
 */
export function executionName(
  object: { readonly endpoint: string; readonly bucket: string; readonly key: string; readonly versionId: string },
  attempt: number,
  sha256Hex: Sha256Hex,
): string {
  const identity = sha256Hex(`${object.bucket}\n${object.key}\n${object.versionId}`).slice(0, 12);
  return `${object.endpoint}-${identity}-${attempt}`;
}

/**
 * The endpoint that an execution of ours is named after: by an upload or a command, or by a deploy. Undefined for any
 * other name.
 */
export const endpointOfExecution = (name: string): string | undefined =>
  /^(.+)-(?:[0-9a-f]{12}-\d+|deploy-[0-9a-f]{12})$/.exec(name)?.[1];

/** s3://bucket/key?versionId=… as people write it, apart and together. */
export interface ModelAddress {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

export function formatModelAddress(model: ModelAddress): string {
  return `s3://${model.bucket}/${model.key}${model.versionId === undefined ? '' : `?versionId=${model.versionId}`}`;
}

/** Undefined when the text is no such address. A `?` can be part of a key, so only the last `?versionId=` counts. */
export function parseModelAddress(text: string): ModelAddress | undefined {
  const match = /^s3:\/\/([^/?#\s]+)\/(.+?)(?:\?versionId=([^?&\s]+))?$/s.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { bucket: match[1], key: match[2], ...(match[3] !== undefined && { versionId: match[3] }) };
}

export interface Uploaded {
  /** ISO 8601. */
  readonly uploadedAt: string;
  readonly sequencer?: string;
}

/**
 * Negative when `one` was uploaded before `other`, positive when after, 0 when it is not known. S3 tells times to the
 * second (of a multipart upload the second in which it began, which also decides which version of a key is the current
 * one); within one, the sequencer of the event decides. AWS promises its order within one key. Across keys it is the
 * best that there is: it grows with time.
 */
export function uploadOrder(one: Uploaded, other: Uploaded): number {
  const apart = Date.parse(one.uploadedAt) - Date.parse(other.uploadedAt);
  if (apart !== 0 || one.sequencer === undefined || other.sequencer === undefined) return apart;
  const [a, b] = [comparableSequencer(one.sequencer), comparableSequencer(other.sequencer)];
  return a === b ? 0 : a < b ? -1 : 1;
}

/** As text: the shorter one gets zeros at its right. https://repost.aws/knowledge-center/s3-duplicate-sqs-messages */
export const comparableSequencer = (sequencer: string): string => sequencer.toLowerCase().padEnd(64, '0');
