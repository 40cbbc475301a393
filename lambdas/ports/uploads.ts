/** An upload that may start a rollout. */
export interface Upload {
  readonly endpoint: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** ISO 8601: when S3 stored it; decides which of two waiting uploads is newer. */
  readonly uploadedAt: string;
  /** Hex, of the event that told of it; of two in one second it says which came later. Not every event has one. */
  readonly sequencer?: string;
  /** It asks for a dry run, which changes nothing: no model that is to go live gives way to it. */
  readonly dryRun?: boolean;
  /** Execution name that it starts under. */
  readonly executionName: string;
  /** Execution input, JSON. */
  readonly input: string;
}

/** Uploads already answered for, and the one that waits while a rollout runs. */
export interface WaitingUpload extends Upload {
  /** Those that lost their place to it, oldest first; some may not have been told. */
  readonly displaced: readonly Upload[];
}

/** An upload whose rollout was started: nothing older is rolled out after it. */
export type StartedUpload = Pick<Upload, 'key' | 'versionId' | 'uploadedAt' | 'sequencer' | 'executionName'>;

/** What became of an upload: its rollout was started, or never will be. */
export type AnswerToUpload = 'started' | 'superseded' | 'refused';

export interface Uploads {
  /** True once `answer` was called for it. */
  isAnswered(endpoint: string, executionName: string): Promise<boolean>;
  /** What `answer` was called with; undefined as long as nobody has answered. */
  answerTo(endpoint: string, executionName: string): Promise<AnswerToUpload | undefined>;
  answer(endpoint: string, executionName: string, answer: AnswerToUpload, at: string): Promise<void>;
  waiting(endpoint: string): Promise<WaitingUpload | undefined>;
  /**
   * Keeps the newer of the two, and one that is to go live rather than a dry run; says which lost their place, oldest first, and does so again when it is called again, or
   * for a still newer one: whoever noted the newer one first may have broken off before it could tell anybody.
   */
  wait(upload: Upload): Promise<{ readonly waits: boolean; readonly superseded: readonly Upload[] }>;
  /** The newest upload, by when S3 stored it, whose rollout was started. */
  newestStarted(endpoint: string): Promise<StartedUpload | undefined>;
  /** Notes that an upload's rollout starts, unless that of a newer one was. */
  noteStarted(upload: Upload): Promise<void>;
  /** Removes it if it is still the one that waits. */
  stopWaiting(upload: Upload): Promise<boolean>;
}
