import type { ModelReference } from '../contract/model-server-env';

/** Where models come from: S3 on AWS, something nearer elsewhere. */
export interface ModelSource {
  /** Opens exactly this object version. Rejects with the source's own error, whose message is shown to people. */
  open(model: ModelReference): Promise<ModelStream>;
}

export interface ModelStream {
  /** Size in bytes when the source knows it beforehand. */
  readonly contentLength: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}
