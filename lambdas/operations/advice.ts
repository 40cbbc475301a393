import { adviceOn } from '../contract/advice';
import type { NextStep } from '../contract/operation-errors';

/** The sentence for an error by its name, and where to read more. */
export const adviceFor = (endpoint: string, rolloutId: string, error: string): readonly NextStep[] => [
  { what: adviceOn(error) },
  { what: 'See the whole report', command: `greenlight report ${endpoint} --rollout ${rolloutId} --open` },
];
