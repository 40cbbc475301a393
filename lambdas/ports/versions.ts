/** What Lambda says of one version of a function, or of `$LATEST`. */
export interface VersionFacts {
  readonly version: string;
  /** Lambda's State: Active, Pending, Inactive, Failed … */
  readonly state: string;
  readonly stateReason?: string;
  /** Lambda's LastUpdateStatus: Successful, InProgress, Failed. */
  readonly lastUpdate: string;
  readonly lastUpdateReason?: string;
  readonly role: string;
  readonly deadLetterArn?: string;
  readonly codeSha256: string;
  /** Equal for two versions that differ at most in their environment. */
  readonly codeFingerprint: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly revisionId: string;
}

export interface ProvisionedConcurrency {
  readonly status: 'IN_PROGRESS' | 'READY' | 'FAILED';
  readonly reason?: string;
}

/** Published versions of an endpoint's function. */
export interface Versions {
  /** `version` is a number or `$LATEST`; undefined when there is no such version. */
  find(functionName: string, version: string): Promise<VersionFacts | undefined>;
  /** Replaces the whole environment of `$LATEST`. `changed`: somebody else has changed the function since `revisionId`, or is doing so. */
  configure(
    functionName: string,
    environment: Readonly<Record<string, string>>,
    revisionId: string,
  ): Promise<'done' | 'changed'>;
  /** Publishes `$LATEST`; answers the version, which is an earlier one when nothing has changed since it was published. */
  publish(
    functionName: string,
    expected: { readonly codeSha256: string; readonly revisionId: string; readonly description: string },
  ): Promise<{ readonly version: string } | 'changed'>;
  /** Version numbers, without `$LATEST`. */
  list(functionName: string): Promise<readonly string[]>;
  /** Versions that any alias of the function names. */
  usedByAliases(functionName: string): Promise<readonly string[]>;
  /** Points the protecting alias at a version: Lambda then deletes it for nobody. */
  protect(functionName: string, version: string, why: string): Promise<void>;
  /** `in-use`: an alias names it, Lambda refused. */
  remove(functionName: string, version: string): Promise<'removed' | 'in-use' | 'gone'>;
  provision(functionName: string, version: string, executions: number): Promise<void>;
  provisioned(functionName: string, version: string): Promise<ProvisionedConcurrency | undefined>;
  /** What the live alias itself holds: with any, AWS lets it have no weights. Greenlight gives it none. */
  provisionedOnLive(functionName: string): Promise<ProvisionedConcurrency | undefined>;
  /** Versions that hold provisioned concurrency. */
  listProvisioned(functionName: string): Promise<readonly string[]>;
  unprovision(functionName: string, version: string): Promise<void>;
}
