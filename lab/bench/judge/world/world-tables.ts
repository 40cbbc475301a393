import type { Strategy } from '../../../../lambdas/domain/strategy';
import { section } from '../report/section';
import { count, percent } from '../report/words';
import type { SimulatedRegression } from '../simulate/setting';
import { type RolloutEnd, rolloutIn, type SimulatedRollout, type UnsteadyWorld } from './rollouts';

const RUNS = { full: 100, quick: 6 } as const;
const STRATEGIES: readonly Strategy[] = ['Auto', 'Canary10Percent15Minutes'];
const TRAFFIC = [5, 30, 100, 300, 1_000, 3_000, 10_000];
/** Beyond the harm margins of the gates: to promote one of these is wrong. */
const HARMFUL: Readonly<Record<string, SimulatedRegression>> = {
  'fails all': { type: 'total' },
  'fails 5 points more': { type: 'errpp', pp: 0.05 },
  '1.5 times as slow': { type: 'lat', x: 1.5 },
  '15 points of answers move': { type: 'drift', d: 0.15 },
};
const LATE: SimulatedRegression = { type: 'errpp', pp: 0.05 };
const GOOD: SimulatedRegression = { type: 'none' };

/**
 * Rollouts in a world that is not steady, with the shipped settings: what good greens pass, bad ones, and what begins
 * late.
 */
export function worldTables(size: 'full' | 'quick', seed: number): string {
  const runs = RUNS[size];
  const many = (world: UnsteadyWorld, strategy: Strategy): readonly SimulatedRollout[] =>
    Array.from({ length: runs }, (_, run) => rolloutIn(world, strategy, seed, run));
  const worldOf = (requestsPerMinute: number, more: Partial<UnsteadyWorld> = {}): UnsteadyWorld => ({
    ...{ requestsPerMinute, incidentBefore: false, regression: GOOD, onset: 1 },
    ...more,
  });
  const good = [...TRAFFIC.map((rate) => worldOf(rate)), worldOf(1_000, { incidentBefore: true })];
  return [
    section(
      'Good greens in a world that is not steady',
      `Traffic of a day, bursts, drifting rates, a heavy tail, incidents of both; ${runs} rollouts each. Share ` +
        'that passes, the median and ninth decile minute of evidence, and what is wrongly stopped or taken back.',
      ['requests/min', ...STRATEGIES.flatMap((one) => [`${nameOf(one)}: passes`, 'minutes', 'stopped', 'taken back'])],
      good.map((world) => [
        `${count(world.requestsPerMinute)}${world.incidentBefore ? ', an incident in blue’s hour' : ''}`,
        ...STRATEGIES.flatMap((strategy) => {
          const ended = many(world, strategy);
          return [shareOf(ended, 'passed'), minutesOf(ended), shareOf(ended, 'stopped'), shareOf(ended, 'reverted')];
        }),
      ]),
    ),
    section(
      'Harmful greens in a world that is not steady',
      'Share that is promoted and not taken back by the watch.',
      ['green', 'requests/min', ...STRATEGIES.map(nameOf)],
      Object.entries(HARMFUL).flatMap(([name, regression]) =>
        [30, 300, 3_000].map((rate) => [
          name,
          count(rate),
          ...STRATEGIES.map((strategy) => shareOf(many(worldOf(rate, { regression }), strategy), 'passed')),
        ]),
      ),
    ),
    section(
      'What begins late',
      'Green fails 5 points more from the given minute after its first traffic on. Share that is found: stopped ' +
        'in the canary, or taken back by the watch.',
      ['from minute', 'requests/min', ...STRATEGIES.map(nameOf)],
      [4, 8, 12].flatMap((onset) =>
        [300, 1_000, 3_000].map((rate) => [
          `${onset}`,
          count(rate),
          ...STRATEGIES.map((strategy) => {
            const ended = many(worldOf(rate, { regression: LATE, onset }), strategy);
            return percent(ended.filter(({ ends }) => ends === 'stopped' || ends === 'reverted').length / runs, 0);
          }),
        ]),
      ),
    ),
  ].join('\n');
}

const nameOf = (strategy: Strategy): string => (typeof strategy === 'string' ? strategy : JSON.stringify(strategy));

const shareOf = (ended: readonly SimulatedRollout[], which: RolloutEnd): string =>
  percent(ended.filter(({ ends }) => ends === which).length / Math.max(1, ended.length), 1);

function minutesOf(ended: readonly SimulatedRollout[]): string {
  const minutes = ended.flatMap(({ ends, minutes: one }) => (ends === 'passed' ? [one] : [])).sort((a, b) => a - b);
  const at = (part: number) => minutes[Math.ceil(part * minutes.length) - 1];
  return minutes.length === 0 ? '–' : `${at(0.5)}, ${at(0.9)}`;
}
