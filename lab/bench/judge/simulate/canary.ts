import type { Setting } from './setting';

/** What one version did in one minute. Latency counts sum to `invocations`, class counts to `invocations - errors`. */
export interface SimulatedSide {
  readonly invocations: number;
  readonly errors: number;
  /** Requests per latency bin, see BINS. */
  readonly latency: Uint32Array;
  readonly classes: Uint32Array;
}

export interface CanaryMinute {
  /** Green's share of the alias, 0 to 1. */
  readonly weight: number;
  readonly blue: SimulatedSide;
  readonly green: SimulatedSide;
}

/** A canary as a judge sees it: blue's hour before, then both versions minute by minute (`minutes[0]` is minute 1). */
export interface Canary {
  readonly setting: Setting;
  readonly baseline: readonly SimulatedSide[];
  readonly minutes: readonly CanaryMinute[];
}
