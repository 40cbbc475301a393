/** The one time that CloudFormation, not a rollout, writes the alias. */
export interface LiveAliasCreation {
  /** Publishes the function's first version and points the live alias at it, unless the alias exists. True when it was created. */
  createIfAbsent(functionName: string): Promise<boolean>;
}
