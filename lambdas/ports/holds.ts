/** A person's wish that nothing of an endpoint is torn down for a while. */
export interface Hold {
  /** ISO 8601, UTC. */
  readonly until: string;
  readonly reason: string;
}

export interface Holds {
  read(endpoint: string): Promise<Hold | undefined>;
  put(endpoint: string, hold: Hold): Promise<void>;
}
