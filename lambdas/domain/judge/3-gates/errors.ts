import { asGoodAsBlue, worseByAnyAmount } from '../2-evidence/alternatives';
import type { Evidence, SideCounts } from '../evidence';
import type { RateGateSettings } from '../judgement';
import type { Counter } from './gate';
import { pairMinutes } from './pair-minutes';

/** Requests that failed, whoever noticed: Lambda, the model, or the check of its output. The three are disjoint. */
export const failuresOf = (side: SideCounts): number =>
  side.invocationErrors + side.modelErrors + side.nonFiniteOutputs;

/** Failed requests over requests. It can always be counted. */
export function errorCounters(evidence: Evidence, settings: RateGateSettings): Counter[] {
  const minutes = pairMinutes(evidence, failuresOf, (side) => side.requests);
  const prior = { events: evidence.baseline.failures, requests: evidence.baseline.requests };
  return [
    {
      subject: { gate: 'errors' },
      part: 1,
      minutes,
      tolerance: { margin: settings.tolerance, alternatives: worseByAnyAmount, prior },
      harm: { minutes, test: { margin: settings.harm, alternatives: asGoodAsBlue, prior, share: 'realised' } },
    },
  ];
}
