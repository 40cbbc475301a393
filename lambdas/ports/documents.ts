/** Documents of a rollout: evidence, record, report. Kept beside the models, under rollouts/<endpoint>/<id>/. */
export interface Documents {
  /** Answers the document's s3:// address. */
  write(endpoint: string, rolloutId: string, name: string, content: string, contentType: string): Promise<string>;
  /** A document's text. Throws when there is none, when it is larger than `maxBytes`, or when it takes too long. */
  read(endpoint: string, rolloutId: string, name: string, maxBytes: number): Promise<string>;
}
