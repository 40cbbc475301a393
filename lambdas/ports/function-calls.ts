/** A minute in which a function was called, by whatever name. */
export interface MinuteOfCalls {
  /** Start of the minute, ISO 8601, UTC. */
  readonly minute: string;
  readonly calls: number;
  /** Those of them that came through the live alias. */
  readonly throughLive: number;
}

/** How often a function was called in all: through its aliases, by version, or without any qualifier. */
export interface FunctionCalls {
  /** Minutes with at least one call, ascending; `until` is exclusive. `unavailable`: no complete answer this time. */
  perMinute(functionName: string, from: string, until: string): Promise<readonly MinuteOfCalls[] | 'unavailable'>;
}
