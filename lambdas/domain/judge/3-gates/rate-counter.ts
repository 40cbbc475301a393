import { asGoodAsBlue } from '../2-evidence/alternatives';
import type { Evidence, SideCounts } from '../../evidence';
import type { RateGateSettings } from '../judgement';
import type { Counter, Subject } from './counter';
import { historyOf, pairMinutes } from './pair-minutes';

type Read = (side: Omit<SideCounts, 'verySlow'>) => number;

/** A gate of one yes-or-no count of requests, held to a tolerance and to harm. */
export function rateCounter(
  evidence: Evidence,
  { tolerance, harm }: RateGateSettings,
  subject: Subject,
  events: Read,
  requests: Read,
): Counter {
  const minutes = pairMinutes(evidence, events, requests);
  const history = historyOf(evidence, events, requests);
  return {
    subject,
    part: 1,
    minutes,
    history,
    margin: tolerance,
    harm: { minutes, test: { margin: harm, alternatives: asGoodAsBlue, history, share: 'realised' } },
  };
}
