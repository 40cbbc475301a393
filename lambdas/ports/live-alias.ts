/** What the live alias says: one version, or a version and a canary with a weight. */
export interface AliasState {
  readonly version: string;
  readonly canary?: { readonly version: string; /** Percent; whole in what we write. */ readonly weight: number };
  /** Changes with every write by anybody. */
  readonly revisionId: string;
  /** What the last write of ours did, for people, and for whoever has to find out later. */
  readonly description?: string;
}

export type AliasTarget = Omit<AliasState, 'revisionId' | 'description'>;

/** The live alias of an endpoint's function: traffic's only truth. */
export interface LiveAlias {
  /** Throws LiveAliasMoved when there is none, because somebody deleted it; so does `write`. */
  read(functionName: string): Promise<AliasState>;
  /**
   * One write of version and weights together, on condition that nobody has written since `revisionId`.
   * `why` becomes the alias' description in the same write, cut to Lambda's 256 characters.
   * Answers `changed` when somebody has; the alias is then as they left it.
   */
  write(functionName: string, target: AliasTarget, revisionId: string, why: string): Promise<AliasState | 'changed'>;
}
