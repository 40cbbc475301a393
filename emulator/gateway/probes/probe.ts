import type { ProbeSetting } from './probe-function';

export const BEHAVIOURS = [
  'alias-weights',
  'version-metrics',
  'statistics',
  'log-metrics',
  'function-url-alias',
  'error-names',
  'upload-events',
  'execution-events',
  'revision-ids',
  'alias-rules',
  'publish-conditions',
  'unchanged-publish',
  'provisioned-list',
] as const;

/** A behaviour of AWS on which the app relies and that emulators are known to lack. */
export type Behaviour = (typeof BEHAVIOURS)[number];

/** Finds out whether an emulator has one behaviour. */
export interface Probe {
  readonly behaviour: Behaviour;
  /** What AWS does, in a sentence. */
  readonly aws: string;
  /** Where AWS says so. */
  readonly source: string;
  /** True when the emulator does it. One that throws does not. */
  has(setting: ProbeSetting): Promise<boolean>;
}
