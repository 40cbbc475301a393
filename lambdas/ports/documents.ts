/** Documents of a rollout: evidence, record, report. Kept beside the models, under rollouts/<endpoint>/<id>/. */
export interface Documents {
  /** Answers the document's s3:// address. */
  write(endpoint: string, rolloutId: string, name: string, content: string, contentType: string): Promise<string>;
}
