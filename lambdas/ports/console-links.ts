/** Addresses in AWS's console that a person can open. */
export interface ConsoleLinks {
  /** Undefined when the app has no dashboard. */
  dashboard(): string | undefined;
  execution(executionArn: string): string;
  /** @param address `s3://BUCKET/KEY` */
  object(address: string): string;
}
