import type { EndpointConfig } from '../contract/endpoint-settings';
import type { TrafficPeriod } from '../domain/traffic-period';

export interface TrafficQuery {
  readonly config: EndpointConfig;
  readonly versions: readonly string[];
  /** Number of classes (or bins) to count; all from the last one on are counted together. */
  readonly classCount: number;
  /** Whole periods, ms since 1970; `untilMs` is exclusive. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly periodSeconds: number;
}

/** What versions behind the live alias did, for people to look at; nothing is decided by it. */
export interface Traffic {
  /** By version, ascending; periods without requests are absent. `unavailable`: no complete answer this time. */
  read(query: TrafficQuery): Promise<ReadonlyMap<string, readonly TrafficPeriod[]> | 'unavailable'>;
}
