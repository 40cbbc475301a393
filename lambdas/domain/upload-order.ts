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
