/** One request to keep, and where. */
export interface CapturedObject {
  readonly bucket: string;
  readonly key: string;
  /** JSON text. */
  readonly body: string;
}

/** Where captured requests go: S3 on AWS, something nearer elsewhere. */
export interface CaptureSink {
  /** Rejects with the sink's own error. Once `signal` is aborted nobody waits any more, and it may give up. */
  write(object: CapturedObject, signal: AbortSignal): Promise<void>;
}
