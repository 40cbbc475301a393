import type { KeptLabel } from '../../contract/feedback';

/** Where labels are kept: S3 on AWS, something nearer elsewhere. */
export interface LabelStore {
  /**
   * Keeps a label unless its request has one already, and answers what is kept then: the label itself, or the one that
   * was there before. Rejects with the store's own error when it cannot tell.
   */
  keepFirst(bucket: string, key: string, label: KeptLabel): Promise<KeptLabel>;
}
