import { count, percent, usd } from '../../../lambdas/domain/numbers';
import type { SimulatedRegression } from '../judge/simulate/setting';
import { type ReplayedRollout, replayedRolloutIn } from '../judge/world/replayed';
import { section } from '../judge/report/section';
import type { MeasuredReplay, ReplayCase } from './measure';

/** What is measured: a fast and a slow model, and the fast one in an account that is new and may run ten executions. */
export const CASES: readonly ReplayCase[] = [
  { pairs: 1400, modelMs: 20, concurrency: 1000 },
  { pairs: 3000, modelMs: 20, concurrency: 1000 },
  { pairs: 1400, modelMs: 200, concurrency: 1000 },
  { pairs: 3000, modelMs: 1000, concurrency: 1000 },
  { pairs: 1400, modelMs: 20, concurrency: 10 },
];

export const casesTable = (found: readonly (readonly [ReplayCase, MeasuredReplay])[]): string =>
  section(
    'Time and cost',
    'Good greens at 20 requests a minute, on the embedded engine in virtual time. The margin of harm is set so ' +
      'that nearly all captured requests must be asked. A call takes 25 ms more than the model. The last two ' +
      'columns are of the whole rollout, with its short canary and its watch.',
    ['requests', 'model', 'account', 'asked', 'verdict', 'replay took', 'replay cost', 'rollout cost', 'states'],
    found.map(([{ pairs, modelMs, concurrency }, one]) => [
      count(pairs),
      `${count(modelMs)} ms`,
      `${count(concurrency)} executions`,
      count(one.asked),
      one.verdict,
      `${count(one.seconds)} s`,
      usd(one.replayUsd),
      usd(one.usd),
      count(one.transitions),
    ]),
  );

/**
 * Requests a minute; within how many minutes of evidence, and what is aimed at. The table of the judge's benchmark, its
 * last column.
 */
export const AIMS: readonly { readonly rate: number; readonly within: number; readonly aim: number }[] = [
  { rate: 5, within: 120, aim: 0.9 },
  { rate: 30, within: 20, aim: 0.95 },
  { rate: 100, within: 20, aim: 0.95 },
  { rate: 300, within: 20, aim: 0.97 },
  { rate: 1_000, within: 20, aim: 0.97 },
];

const GOOD: SimulatedRegression = { type: 'none' };
const HARMFUL: Readonly<Record<string, SimulatedRegression>> = {
  'fails every request': { type: 'total' },
  'fails 5 points more': { type: 'errpp', pp: 0.05 },
  'fails 1 point more': { type: 'errpp', pp: 0.01 },
  '1.5 times as slow': { type: 'lat', x: 1.5 },
  '15 points of answers move': { type: 'drift', d: 0.15 },
};
const HARMFUL_AT = 30;

export const replayed = (
  rate: number,
  runs: number,
  seed: number,
  regression: SimulatedRegression = GOOD,
): readonly ReplayedRollout[] =>
  Array.from({ length: runs }, (_, run) =>
    replayedRolloutIn({ requestsPerMinute: rate, incidentBefore: false, regression, onset: 1 }, seed, run),
  );

export const passedWithin = (ended: readonly ReplayedRollout[], minutes: number): number =>
  share(ended, (one) => one.ends === 'passed' && one.minutes <= minutes);

const share = (ended: readonly ReplayedRollout[], which: (one: ReplayedRollout) => boolean): number =>
  ended.filter(which).length / ended.length;

/** Good greens and bad ones whose rollout has a day's replay: both parts together, in the world that is not steady. */
export function worldTables(runs: number, seed: number, told: (done: string) => void): string {
  const good = AIMS.map(({ rate, within, aim }) => {
    const ended = replayed(rate, runs, seed);
    told(`${rate} requests a minute`);
    return [
      count(rate),
      `${percent(aim)} within ${within} min`,
      percent(passedWithin(ended, within)),
      minutesOf(ended),
      count(median(ended.map(({ pairs }) => pairs))),
      percent(share(ended, ({ proven }) => proven)),
      ...(['refused', 'asked', 'stopped', 'reverted'] as const).map((end) =>
        percent(share(ended, ({ ends }) => ends === end)),
      ),
      percent(share(ended, ({ ends }) => ends === 'inconclusive')),
    ];
  });
  const bad = Object.entries(HARMFUL).map(([name, regression]) => {
    const ended = replayed(HARMFUL_AT, runs, seed, regression);
    told(name);
    return [
      name,
      percent(share(ended, ({ ends }) => ends === 'refused')),
      percent(share(ended, ({ ends }) => ends === 'asked')),
      count(median(ended.map(({ pairs }) => pairs))),
      percent(share(ended, ({ ends }) => ends === 'stopped' || ends === 'reverted')),
      percent(share(ended, ({ ends }) => ends === 'inconclusive')),
      percent(share(ended, ({ ends }) => ends === 'passed')),
    ];
  });
  return [
    section(
      'Good greens with a day’s replay',
      `${runs} rollouts each, replay and live check together, in the judge's world that is not steady. Minutes ` +
        'are of evidence, after the replay: the median and the ninth decile of those that pass.',
      [
        'requests/min',
        'aim',
        'pass in that time',
        'minutes',
        'pairs, median',
        'proven by replay',
        'refused by replay',
        'a person is asked',
        'stopped in the canary',
        'taken back',
        'undecided',
      ],
      good,
    ),
    section(
      'Harmful greens with a day’s replay',
      `${runs} rollouts each at ${HARMFUL_AT} requests a minute. Refused, and where a person is asked, no user ` +
        'met green.',
      [
        'green',
        'refused by replay',
        'a person is asked',
        'pairs, median',
        'stopped or taken back later',
        'undecided',
        'promoted',
      ],
      bad,
    ),
  ].join('\n');
}

function minutesOf(ended: readonly ReplayedRollout[]): string {
  const minutes = ended.flatMap(({ ends, minutes: one }) => (ends === 'passed' ? [one] : [])).sort((a, b) => a - b);
  const at = (part: number) => minutes[Math.ceil(part * minutes.length) - 1];
  return minutes.length === 0 ? '–' : `${at(0.5)}, ${at(0.9)}`;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
