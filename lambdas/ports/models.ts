import type { Unreadable } from '../contract/unreadable';

/** A stored object version in the model bucket. */
export interface StoredModel {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly lastModified: string;
  /** User metadata, lower-case keys, as S3 keeps them. */
  readonly metadata: Readonly<Record<string, string>>;
}

export type ListedModel = Pick<StoredModel, 'bucket' | 'key' | 'versionId' | 'lastModified'>;

/** An object version that is there, or was, and whose bytes cannot be read. */
export class ModelUnreadable extends Error {
  override readonly name = 'ModelUnreadable';

  constructor(
    readonly key: string,
    readonly unreadable: Unreadable,
  ) {
    super(`${key}: ${unreadable.reason}: ${unreadable.said}`);
  }
}

/** The model bucket. Whatever reads an object throws `ModelUnreadable` where the object itself is why it fails. */
export interface Models {
  readonly bucket: string;
  /** The newest object version whose key starts with `prefix` and ends in `suffix`. */
  newest(prefix: string, suffix: string): Promise<StoredModel | undefined>;
  /** The same by the listing alone: the object is not looked at, so that it is found though it cannot be read. */
  listNewest(prefix: string, suffix: string): Promise<ListedModel | undefined>;
  /** Reads one byte. Undefined when that works. */
  whyUnreadable(model: Pick<StoredModel, 'bucket' | 'key' | 'versionId'>): Promise<Unreadable | undefined>;
  /** `versionId` undefined means the current one; undefined result: no such object or version, or it has no version id. */
  describe(key: string, versionId?: string): Promise<StoredModel | undefined>;
  /** Reads the object as a stream, never whole in memory. Lower-case hex. */
  sha256(model: { readonly key: string; readonly versionId: string }): Promise<string>;
  /** A text object of at most `maxBytes`; `too-large` beyond. @param versionId by default the current one */
  readText(
    key: string,
    maxBytes: number,
    versionId?: string,
  ): Promise<{ readonly text: string; readonly versionId?: string } | 'missing' | 'too-large'>;
}
