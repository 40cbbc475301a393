import type { Baseline, Evidence } from '../../evidence';
import type { AccuracySettings } from '../judgement';
import type { Counter } from './counter';
import { rateCounter } from './rate-counter';

/**
 * Whether there are labels enough. Known before green has its first user and never asked again, so that what the canary
 * brings cannot choose which gates judge it.
 */
export const accuracyIsJudged = ({ labels }: Pick<Baseline, 'labels'>, { minLabels }: AccuracySettings): boolean =>
  labels !== undefined && labels.green >= minLabels;

/** Wrong answers over labelled answers. Users label what they like, so the alias weight says nothing of whose a label is. */
export const accuracyCounters = (evidence: Evidence, settings: AccuracySettings): Counter[] => [
  {
    ...rateCounter(
      evidence,
      settings,
      { gate: 'accuracy' },
      (side) => side.labelled?.events ?? 0,
      (side) => side.labelled?.requests ?? 0,
    ),
    share: 'realised',
  },
];
