import { parseChaosArguments } from '../../../lab/chaos/arguments';
import { ArgumentsInvalid } from '../../../tools/arguments-invalid';
import { MUTANTS } from '../../../lab/chaos/mutants/all';
import { drawPlan } from '../../../lab/chaos/plan/draw-plan';
import { Tally } from '../../../lab/chaos/report/report';
import { reportText } from '../../../lab/chaos/report/text';
import { playOne, runOne } from '../../../lab/chaos/search/run-one';
import type { Breach } from '../../../lab/chaos/promises/found';

/** `npm run chaos` makes hundreds of them. */
const RUNS = 2;

it('keeps every promise in a handful of runs full of faults', async () => {
  const tally = new Tally();
  for (let seed = 1; seed <= RUNS; seed += 1) tally.add(await runOne(seed));
  const report = tally.report(1, 1);
  expect(report.breaches).toEqual([]);
  expect(report.runs).toBe(RUNS);
  expect(report.rollouts).toBeGreaterThan(RUNS);
  expect(Object.values(report.faults).filter((count) => count > 0).length).toBeGreaterThan(5);
  expect(reportText(report)).toContain('0 broken promises');
});

it('is the same run again with the same seed', async () => {
  const [first, again] = [await runOne(6), await runOne(6)];
  expect(again).toEqual(first);
  expect(drawPlan(6)).toEqual(drawPlan(6));
  expect(drawPlan(7)).not.toEqual(drawPlan(6));
});

it('notices an app without its safety net', async () => {
  const mutant = MUTANTS.find(({ name }) => name === 'no safety net');
  const caught: Breach[] = [];
  const found = () => caught.map(({ promise }) => promise);
  for (let seed = 7; seed < 17 && !found().includes(3); seed += 1)
    caught.push(...(await runOne(seed, mutant)).breaches);
  expect(found()).toContain(3);
});

it('lets a deploy take nothing away whose rollout has ended before it asks', async () => {
  const { played, result } = await playOne(4202480);
  expect(played.stage.story.deploys).toMatchObject([
    { refused: expect.stringContaining('a person cancels the deploy') as string },
  ]);
  expect(result.breaches).toEqual([]);
});

it('has at least a dozen broken variants, each with a name of its own', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  expect(MUTANTS.length).toBeGreaterThanOrEqual(12);
});

describe('the command line', () => {
  it('has a default for everything', () => {
    const expected = { runs: 200, seed: 1, workers: 2, json: false, mutants: false };
    expect(parseChaosArguments([], 2)).toEqual(expected);
    expect(parseChaosArguments(['--replay', '7', '--json'], 2)).toEqual({ ...expected, replay: 7, json: true });
    expect(parseChaosArguments(['--help'], 2)).toBe('help');
  });

  it.each([
    [['--runs', '0'], '--runs 0: must be a whole number from 1 to 1000000; see --help'],
    [['--seed', 'x'], '--seed x: must be a whole number from 0 to 1000000000; see --help'],
    [['--rnus', '1'], "Unknown option '--rnus'"],
  ])('refuses %j by name', (argv, message) => {
    expect(() => parseChaosArguments(argv, 2)).toThrow(ArgumentsInvalid);
    expect(() => parseChaosArguments(argv, 2)).toThrow(message);
  });
});
