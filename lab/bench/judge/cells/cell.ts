import type { Setting } from '../simulate/setting';

/** Which table a cell belongs to. */
export const SUITES = ['flat', 'trend', 'incidents', 'found', 'violations', 'distance', 'speed'] as const;
export type Suite = (typeof SUITES)[number];

/** One setting that is simulated many times. */
export interface Cell {
  readonly suite: Suite;
  /** Unique in its suite. */
  readonly name: string;
  readonly setting: Setting;
}
