import type { Evidence } from '../../lambdas/domain/evidence';
import { afterReplay, gatesSchema, judgeGates } from '../../lambdas/domain/gates/gates';
import { judge } from '../../lambdas/domain/judge/judge';
import { classCanary, even, falling } from './class-canary';
import { onlyGate, settings } from './settings';

const alone = onlyGate('predictions');

const TENTHS = [0.01, 0.09, ...even(8).map((share) => share * 0.8), 0.09, 0.01];
const named = (name: string, canary: Evidence): Evidence => ({
  ...canary,
  measures: [{ name, metric: name, blue: canary.classNames.slice(1).map(() => null) }],
});

describe('all classes together', () => {
  const gates = gatesSchema.parse({});
  const canary = classCanary({ perMinute: 3000, weight: 0.5, blue: even(20) }, 3);
  const marginsOf = (chosen: typeof gates, evidence: Evidence = canary) =>
    judgeGates(evidence, { gates: chosen }).flatMap(({ gate, counters }) =>
      counters.map(({ words, margin }) => [gate, words.counts, margin] as const),
    );

  it('are tolerated no more after the proof of a replay, nor is any other count', () => {
    expect(marginsOf(afterReplay(gates))).toEqual(marginsOf(gates));
    const ends = named('score', classCanary({ perMinute: 3000, weight: 0.5, blue: TENTHS }, 4));
    expect(marginsOf(afterReplay(gates), ends)).toEqual(marginsOf(gates, ends));
    expect(marginsOf(gates).find(([, counts]) => counts.includes('classes that green'))?.[2].points).toBe(0.05);
  });

  it('may move as one of them may, if that is more', () => {
    const wide = gatesSchema.parse({ predictions: { tolerancePoints: 0.1, harmPoints: 0.2 } });
    expect(marginsOf(wide).find(([, counts]) => counts.includes('classes that green'))?.[2].points).toBe(0.1);
  });

  it('stop a green that moves a tenth of all answers, a little of each class, also after a replay', () => {
    // Ten classes give a point each, ten take one: no class by itself is beyond its tolerance.
    const green = even(20).map((share, index) => share + (index % 2 === 0 ? 0.0095 : -0.0095));
    const moved = classCanary({ perMinute: 6000, weight: 0.5, minutes: 30, blue: even(20), green }, 5);
    const proven = { ...settings, gates: afterReplay(gates) };
    const found = judge(moved, { ...proven, gates: { predictions: proven.gates.predictions } });
    expect(found).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });
});

describe('ranges of a number', () => {
  const rollout = (green: readonly number[]) => classCanary({ perMinute: 6000, weight: 0.5, blue: TENTHS, green }, 11);
  const moved = (points: readonly number[]) => TENTHS.map((share, index) => share + (points[index] ?? 0) / 100);
  // Retrained on other rows: tenths that moved by two points, and an end with twice as many.
  const retrained = moved([0.9, 1.1, -2, 2, -2, 1, -1, 0, 2, -2, -0.5, 0.5]);

  it('may move as those of a retrained model do, where classes may not', () => {
    expect(judge(named('score', rollout(retrained)), alone)).toMatchObject({ verdict: 'pass' });
    expect(judge(named('class', rollout(retrained)), alone)).toMatchObject({ verdict: 'fail' });
  });

  it.each([
    ['a tenth grows by a half', moved([0, 0, 5, -1, -1, -1, -1, -1])],
    ['an end vanishes', moved([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, -1])],
    ['an end has three times as many', moved([2, -2])],
  ])('are stopped where %s', (_, green) => {
    expect(judge(named('score', rollout(green)), alone)).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });
});

it('a pass says which harm of a rare class it does not exclude', () => {
  const shares = { blue: [0.6, 0.395, 0.005] };
  const passed = (perMinute: number) => judge(classCanary({ perMinute, weight: 0.5, ...shares }, 9), alone);
  expect(passed(800)).toMatchObject({ verdict: 'pass' });
  expect(passed(800).reason).toMatch(
    /^no harm on predictions: .*, after 15 minutes; not to be excluded at this traffic: growth of class c2 to .*, loss of class c2 to/,
  );
  expect(passed(100_000)).toMatchObject({ verdict: 'pass' });
  expect(passed(100_000).reason).toMatch(/, after 15 minutes$/);
});

describe('the harm of a class that must be excluded', () => {
  const RARE = falling(6, 0.3);
  /** The same canary with each answer counted once more, by another measure. */
  const twice = (canary: Evidence): Evidence => {
    const both = (classes: readonly number[]) => [...classes, ...classes];
    const measure = (name: string) => ({ name, metric: name, blue: canary.classNames.slice(1).map(() => null) });
    return {
      ...canary,
      classNames: [...canary.classNames, ...canary.classNames],
      measures: [measure('class'), measure('score')],
      baseline: canary.baseline.map((row) => ({ ...row, blue: { ...row.blue, classes: both(row.blue.classes) } })),
      rows: canary.rows.map((row) => ({
        ...row,
        blue: { ...row.blue, classes: both(row.blue.classes) },
        green: { ...row.green, classes: both(row.green.classes) },
      })),
    };
  };
  const askedOf = (evidence: Evidence) =>
    judgeGates(evidence, alone)[0]!
      .counters.slice(0, RARE.length)
      .map(({ harm }, place) => {
        const { ratio, points } = harm?.test.margin ?? { ratio: 1, points: 1 };
        return ratio * RARE[place]! + points;
      });

  it('is asked for with regard to all that the gate asks for, of every measure', () => {
    const rates = [200, 300, 400, 600, 800, 1200, 1600, 2400];
    const pairs = rates.map((perMinute) => {
      const canary = classCanary({ perMinute, blue: RARE }, 7);
      return { one: askedOf(canary), two: askedOf(twice(canary)) };
    });
    for (const { one, two } of pairs) two.forEach((share, place) => expect(share).toBeGreaterThanOrEqual(one[place]!));
    expect(pairs.some(({ one, two }) => two.some((share, place) => share > one[place]!))).toBe(true);
  });
});
