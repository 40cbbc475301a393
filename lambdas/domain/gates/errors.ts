import type { EvidenceMinute, SideCounts } from '../evidence';
import { shareOf, some } from '../numbers';
import { informationPerGreenRequest } from '../statistics/information';
import { countedGate } from './counted';
import { type GateKind, type BlueSum, errorRateOf, type Planned, type Scale, sizesFrom, SMALLEST_POINTS } from './gate';
import { gateSettings, type Margin, margin, orderedMargins } from './margins';

const settings = gateSettings({ tolerance: margin(1.1, 0.0005), harm: margin(1.5, 0.005) });

/** Requests that failed, as noticed by Lambda, the model, or the check of its output. It can always be counted. */
export const errors: GateKind<typeof settings> = {
  settings,
  calls: 'answers',
  scales: {
    'errors-points': { says: 'more of all requests fail', unit: 'points' },
    'errors-factor': { says: 'fail so many times as often', unit: 'times' },
  },
  pairs: orderedMargins,
  gate: (chosen) =>
    countedGate(
      {
        name: 'errors',
        part: 0.5,
        events: (side) => side.errors,
        of: (side) => side.invocations,
        words: {
          counts: 'failed requests',
          harmless: 'that it fails no harmful share more',
          comparison: (_blue, _green, minutes) => failuresInWords(minutes),
        },
        planned: planned(chosen.tolerance),
      },
      chosen,
    ),
};

function planned(tolerance: Margin): Planned {
  const failing = ({ requests, errors: failed }: BlueSum) => (requests > 0 ? failed / requests : 0);
  const scale = (
    rate: number,
    name: Scale['name'],
    sizes: readonly number[],
    regressionOf: Scale['regressionOf'],
  ): Scale => ({
    ...{ name, gate: 'errors', sizes, regressionOf },
    worth: (size, share) => informationPerGreenRequest(rate, errorRateOf(rate, regressionOf(size)), share, tolerance),
  });
  return {
    scales: (blue) => {
      const rate = failing(blue);
      const points = sizesFrom(SMALLEST_POINTS, 1 - rate);
      return [
        ...(blue.requests > 0
          ? [scale(rate, 'errors-points', points, (size) => ({ type: 'points', points: size }))]
          : []),
        ...(rate > 0
          ? [
              scale(rate, 'errors-factor', sizesFrom(1.1, Math.min(1000, 1 / rate)), (factor) => ({
                type: 'factor',
                factor,
              })),
            ]
          : []),
      ];
    },
    notTried: (blue) =>
      blue.errors === 0 ? [{ kind: 'errors-factor', why: 'blue had no failure in these minutes' }] : [],
    lacks: () => undefined,
  };
}

const sum = (minutes: readonly EvidenceMinute[], side: 'blue' | 'green', read: (side: SideCounts) => number): number =>
  minutes.reduce((total, minute) => total + read(minute[side]), 0);

/**
 * Both sides' failures by kind. A model that answers NaN or infinity is broken in a way of its own, so when such
 * answers are most of what green fails beyond blue's rate, the sentence begins with them.
 */
function failuresInWords(minutes: readonly EvidenceMinute[]): string {
  const of = (side: 'blue' | 'green') => ({
    requests: sum(minutes, side, (counts) => counts.invocations),
    failures: sum(minutes, side, (counts) => counts.errors),
    model: sum(minutes, side, (counts) => counts.modelErrors),
    nonFinite: sum(minutes, side, (counts) => counts.nonFiniteOutputs),
  });
  const green = of('green');
  const blue = of('blue');
  const excess = (kind: 'failures' | 'nonFinite') =>
    green[kind] - (blue.requests === 0 ? 0 : (green.requests * blue[kind]) / blue.requests);
  const all = `green ${withKinds(green)}, blue ${shareOf(blue.failures, blue.requests, 'requests')}`;
  if (green.nonFinite === 0 || excess('nonFinite') <= excess('failures') / 2) return all;
  const answers = shareOf(green.nonFinite, green.requests, 'green answers');
  return `non-finite outputs in ${answers} and ${shareOf(blue.nonFinite, blue.requests, 'blue answers')}; ${all}`;
}

interface Kinds {
  readonly requests: number;
  readonly failures: number;
  readonly model: number;
  readonly nonFinite: number;
}

function withKinds(side: Kinds): string {
  const text = shareOf(side.failures, side.requests, 'requests');
  const invocation = side.failures - side.model - side.nonFinite;
  const kinds = [
    ...(invocation > 0 ? [some(invocation, 'invocation error')] : []),
    ...(side.model > 0 ? [some(side.model, 'model error')] : []),
    ...(side.nonFinite > 0 ? [some(side.nonFinite, 'non-finite output')] : []),
  ];
  return kinds.length === 0 ? text : text.replace(/\)$/, `: ${kinds.join(', ')})`);
}
