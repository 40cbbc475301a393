import { judge } from '../../lambdas/domain/judge/judge';
import type { Judgement, Verdict } from '../../lambdas/domain/judge/judgement';
import { type ClassCanary, classCanary, even, falling } from './class-canary';
import { onlyGate, settings } from './settings';

const RUNS = 20;

/**
 * Only the shares of answers are simulated, so theirs is the only gate; the limit it must reach is the whole judge's.
 */
const rules = onlyGate('predictions');

const judgements = (canary: ClassCanary, runs = RUNS): Judgement[] =>
  Array.from({ length: runs }, (_, run) =>
    judge(classCanary(canary, run + 1), { ...rules, minimumMinutes: canary.minutes ?? 15 }),
  );

const times = (all: readonly Judgement[], verdict: Verdict): number =>
  all.filter((judgement) => judgement.verdict === verdict).length;

/** The first classes have nothing left of them, and the others all of it. */
const without = (shares: readonly number[], gone: number): number[] => {
  const left = shares.slice(gone).reduce((sum, share) => sum + share, 0);
  return shares.map((share, index) => (index < gone ? 0 : share / left));
};

/** One class takes so much from all others. */
const taking = (shares: readonly number[], taken: number): number[] =>
  shares.map((share, index) => (index === 0 ? taken : 0) + (1 - taken) * share);

const FRAUD = [0.995, 0.005];
const USUAL = [0.5, 0.3, 0.15, 0.05];

describe('a green whose answers are not those of blue', () => {
  it.each<readonly [string, ClassCanary, within: number]>([
    ['a class of 0.5 % triples', { perMinute: 10_000, blue: FRAUD, green: [0.985, 0.015] }, 10],
    ['a class of 0.5 % triples, at a half', { perMinute: 2000, weight: 0.5, blue: FRAUD, green: [0.985, 0.015] }, 15],
    ['a class of 0.5 % vanishes', { perMinute: 10_000, blue: FRAUD, green: [1, 0] }, 8],
    ['a class of 0.5 % vanishes, at a half', { perMinute: 1000, weight: 0.5, blue: FRAUD, green: [1, 0] }, 12],
    ['a class of 1 % vanishes', { perMinute: 1000, blue: [0.99, 0.01], green: [1, 0] }, 15],
    ['a class of 2 % vanishes', { perMinute: 1000, blue: [0.98, 0.02], green: [1, 0] }, 12],
    ['the harm of a class of 0.5 % is just reached', { perMinute: 30_000, blue: FRAUD, green: [0.9879, 0.0121] }, 5],
    ['two classes are swapped', { perMinute: 1000, blue: USUAL, green: [0.3, 0.5, 0.15, 0.05] }, 5],
    ['two rarer classes are swapped', { perMinute: 1000, blue: USUAL, green: [0.5, 0.3, 0.05, 0.15] }, 6],
    ['one of ten vanishes', { perMinute: 1000, blue: even(10), green: without(even(10), 1) }, 5],
    ['50 of 100 collapse, at little traffic', { perMinute: 100, blue: even(100), green: without(even(100), 50) }, 15],
    ['50 of 100 collapse', { perMinute: 1000, blue: even(100), green: without(even(100), 50) }, 4],
    ['500 of 1,000 collapse', { perMinute: 1000, blue: even(1000), green: without(even(1000), 500) }, 8],
    ['one of 100 takes 5 points', { perMinute: 1000, blue: even(100), green: taking(even(100), 0.05) }, 10],
    ['one of 1,000 takes 5 points', { perMinute: 1000, blue: even(1000), green: taking(even(1000), 0.05) }, 8],
    ['one of 100 takes all', { perMinute: 300, blue: even(100), green: taking(even(100), 1) }, 2],
    ['a class that blue never says', { perMinute: 10_000, blue: [0.7, 0.3, 0], green: [0.698, 0.298, 0.004] }, 12],
  ])('is stopped whenever %s', (_what, canary, within) => {
    const all = judgements(canary, canary.blue.length > 100 ? 6 : RUNS);
    expect(times(all, 'fail')).toBe(all.length);
    expect(Math.max(...all.map(({ decidedAtMinute }) => decidedAtMinute ?? Infinity))).toBeLessThanOrEqual(within);
  });

  // 7.5 answers of the class are expected of 1,500: too few to stop a rollout by, and enough to miss.
  it('does not pass when a class vanishes of which green should have given a few answers', () => {
    expect(times(judgements({ perMinute: 1000, blue: FRAUD, green: [1, 0] }), 'pass')).toBe(0);
  });

  it('passes in at most one of 20 cases at the boundaries of harm that must be excluded', () => {
    for (const green of [
      [1 - 0.0012, 0.0012],
      [1 - 0.0125, 0.0125],
    ])
      expect(times(judgements({ perMinute: 20_000, blue: FRAUD, green }, 60), 'pass')).toBeLessThanOrEqual(3);
  });
});

describe('a good green', () => {
  const WORLDS = [
    ['of two classes', [0.7, 0.3]],
    ['of two classes, one of them rare', FRAUD],
    ['of four classes', USUAL],
    ['of ten classes', falling(10, 0.7)],
    ['of 100 classes', falling(100, 0.95)],
  ] as const;

  it.each(WORLDS)('%s passes whatever is rare among them, once there is traffic to tell', (_what, blue) => {
    for (const [perMinute, least] of [
      [2000, 0.97],
      [10_000, 1],
    ] as const) {
      const all = judgements({ perMinute, blue }, 40);
      expect(times(all, 'pass') / all.length).toBeGreaterThanOrEqual(least);
    }
  });

  it.each(WORLDS)('%s is not stopped', (_what, blue) => {
    for (const perMinute of [300, 1000, 10_000])
      expect(times(judgements({ perMinute, blue, minutes: 30 }, 40), 'fail')).toBeLessThanOrEqual(1);
  });

  it('of many classes that each moved a little passes', () => {
    const blue = even(100);
    const green = blue.map((share, index) => share * (index % 2 === 0 ? 1.06 : 0.94));
    expect(times(judgements({ perMinute: 10_000, blue, green }), 'pass')).toBeGreaterThanOrEqual(RUNS - 1);
  });
});

it('keeps its promise of false alarms where every share lies on the boundary of what is tolerated', () => {
  const blue = [0.6, 0.38, 0.02];
  const green = [0.61 - 0.006, 0.37, 0.026];
  expect(times(judgements({ perMinute: 3000, blue, green, minutes: 30 }, 100), 'fail')).toBeLessThanOrEqual(1);
  expect(settings.falseAlarmRate).toBe(0.01);
});
