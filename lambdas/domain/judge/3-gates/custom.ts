import type { Evidence } from '../../evidence';
import type { RateGateSettings } from '../judgement';
import type { Counter } from './counter';
import { rateCounter } from './rate-counter';

/** A pair of counters that the user named. What is not routed by the alias is judged by its realised share. */
export const customCounters = (
  evidence: Evidence,
  settings: RateGateSettings & { readonly name: string },
  index: number,
): Counter[] => [
  {
    ...rateCounter(
      evidence,
      settings,
      { gate: `custom:${settings.name}` },
      (side) => side.custom[index]?.events ?? 0,
      (side) => side.custom[index]?.requests ?? 0,
    ),
    share: 'realised',
  },
];
