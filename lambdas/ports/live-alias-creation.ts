/** The one time that CloudFormation, not a rollout, writes the alias. */
export interface LiveAliasCreation {
  /**
   * Points the live alias at a version, unless it exists: at the one that was live when somebody deleted the alias, else at the
   * function's first, which is published. True when it was created.
   */
  createIfAbsent(functionName: string, wasLive?: string): Promise<boolean>;
}
