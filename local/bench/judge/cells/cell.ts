import type { Setting } from '../simulate/setting';

/** Which table a cell belongs to. */
export type Suite = 'flat' | 'trend' | 'incidents' | 'found' | 'violations';

/** One setting that is simulated many times. */
export interface Cell {
  readonly suite: Suite;
  /** Unique in its suite. */
  readonly name: string;
  readonly setting: Setting;
}
