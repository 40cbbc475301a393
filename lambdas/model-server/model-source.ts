import type { ModelReference } from '../contract/model-server-env';

/** An object by what it holds. Without a version id it is whichever is there, which its hash then proves or not. */
export type SourceObject = Omit<ModelReference, 'versionId'> & { readonly versionId?: string };

/** Where models come from: S3 on AWS, something nearer elsewhere. */
export interface ModelSource {
  /**
   * Opens exactly this object version, or the newest where none is named, `from` a byte on. Rejects with the source's own error, whose message is shown to
   * people. Once `signal` is aborted nobody reads any more: the source lets go of its connection.
   */
  open(object: SourceObject, from: number, signal: AbortSignal): Promise<ModelStream>;
}

export interface ModelStream {
  /** Size of the whole object in bytes when the source knows it beforehand. */
  readonly contentLength: number | undefined;
  /** What follows from `from` on. */
  readonly chunks: AsyncIterable<Uint8Array>;
}
