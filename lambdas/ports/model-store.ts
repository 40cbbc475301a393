/** A file on its way into the model bucket. */
export interface NewModel {
  readonly key: string;
  readonly sizeBytes: number;
  /** The file's bytes; read once. */
  readonly body: Uint8Array | NodeJS.ReadableStream;
  /** User metadata; the adapter encodes what S3 could not carry as it is. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where a person puts models. */
export interface ModelStore {
  readonly bucket: string;
  /** Answers the object's version id. */
  put(model: NewModel): Promise<{ readonly versionId: string }>;
}
