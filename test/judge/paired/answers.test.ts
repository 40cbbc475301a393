import { judgePairs } from '../../../lambdas/domain/judge/paired/judge-pairs';
import { pairsOf } from '../../../lab/bench/judge/world/pairs';
import { settings } from '../settings';

const rules = { falseAlarmRate: 0.01, missRate: 0.05, planned: 3000, gates: settings.gates };

describe('answers to the same requests', () => {
  it('compares scores in both directions', () => {
    const scored = (shift: number) =>
      pairsOf({}, 11).map(({ request, blue, green }, index) => {
        const score = Math.sin(index);
        const { failed, ms } = green;
        return {
          request,
          blue: { failed: blue.failed, ms: blue.ms, scores: [score] },
          green: { failed, ms, scores: [score + shift] },
        };
      });
    expect(judgePairs(scored(0), rules).verdict).toBe('pass');
    for (const shift of [0.7, -0.7])
      expect(judgePairs(scored(shift), rules)).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  it('bets on classes or on scores, never on more than the whole', () => {
    const mixed = pairsOf({}, 11).map((pair, index) =>
      index % 10 === 3
        ? pair
        : { ...pair, blue: { failed: 0, scores: [index % 7] }, green: { failed: 0, scores: [index % 7] } },
    );
    const gates = judgePairs(mixed.slice(0, 900), { ...rules, missRate: 1e-12 }).gates;
    const tests = gates.find(({ gate }) => gate === 'predictions')?.tests ?? [];
    expect(tests.map(({ what }) => what)).toEqual([
      'scores that are higher',
      'scores that are lower',
      'scores that are far apart',
    ]);
    expect(tests.reduce((sum, { part }) => sum + part, 0)).toBeLessThanOrEqual(1);
  });

  it('compares what is no number in the first answer as soon as it is one', () => {
    const rows = (shift: number) =>
      pairsOf({}, 11).map(({ request, blue, green }, index) => {
        const place = Math.sin(index);
        return {
          request,
          blue: { failed: blue.failed, ms: blue.ms, values: [[index === 0 ? null : place, 1]] },
          green: { failed: green.failed, ms: green.ms, values: [[place + shift, 1]] },
        };
      });
    expect(judgePairs(rows(0), rules).verdict).toBe('pass');
    expect(judgePairs(rows(0.7), rules)).toMatchObject({
      ...{ verdict: 'fail', gate: 'predictions' },
      reason: expect.stringContaining('place 0') as string,
    });
    // And what is none of green's is as far off as can be.
    const none = rows(0).map((pair, at) =>
      at === 0 ? pair : { ...pair, green: { ...pair.green, values: [[null, 1]] } },
    );
    expect(judgePairs(none, rules)).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  /** The same answers, dealt out to other requests: what they come to together is the same. */
  const dealtOut = (side: (index: number) => object) =>
    pairsOf({}, 11).map((pair, index) => ({
      ...pair,
      blue: { failed: 0, ...side(index) },
      green: { failed: 0, ...side((index * 1237) % 2999) },
    }));

  it.each([
    ['classes', (index: number) => ({ classes: [index % 5] })],
    ['two classes', (index: number) => ({ classes: [index % 2] })],
    ['a rare class', (index: number) => ({ classes: [Number(index % 10 === 0)] })],
    ['labels', (index: number) => ({ labels: [[index % 4, 4 + (index % 3)]] })],
    ['scores', (index: number) => ({ scores: [Math.sin(index)] })],
    ['numbers', (index: number) => ({ measures: { mean: [Math.sin(index)], last: [7] } })],
  ])('sees %s that are dealt out to other requests, though their shares and means are the same', (_, side) => {
    expect(judgePairs(dealtOut(side), rules)).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  it('sees a constant in place of scores with the same mean', () => {
    const constant = dealtOut((index) => ({ scores: [Math.sin(index)] })).map(({ request, blue }) => ({
      ...{ request, blue, green: { failed: 0, scores: [0] } },
    }));
    const { verdict, reason } = judgePairs(constant, rules);
    expect(verdict).toBe('fail');
    expect(reason).toContain("green's score is 0.88 standard deviations");
  });

  it('compares each measure of an answer, and takes what arithmetic rounds for the same', () => {
    const vector = (scale: number) =>
      pairsOf({}, 11).map((pair, index) => {
        const measures = (by: number) => ({ mean: [by * Math.sin(index)], norm: [1 + 1e-6 * (by - 1) * (index % 3)] });
        return {
          ...pair,
          blue: { ...pair.blue, classes: undefined, measures: measures(1) },
          green: { ...pair.green, classes: undefined, measures: measures(scale) },
        };
      });
    expect(judgePairs(vector(1.02), rules).verdict).toBe('pass');
    expect(judgePairs(vector(10), rules)).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  it('takes a score that green lacks for one that is as far off as can be', () => {
    const scored = pairsOf({}, 11).map((pair, index) => ({
      ...pair,
      blue: { failed: 0, scores: [Math.sin(index)] },
      green: { failed: 0 },
    }));
    expect(judgePairs(scored, rules)).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });
});
