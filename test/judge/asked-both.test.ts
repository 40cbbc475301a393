import type { EvidenceMinute } from '../../lambdas/domain/evidence';
import {
  foundByAsking,
  heldMinutes,
  isSlower,
  overAgain,
  slownessByAsking,
} from '../../lambdas/domain/judge/held-minutes';
import { before, evidence, minutes, side } from './evidence';
import { settings } from './settings';

const of = (events: number, requests: number) => ({ events, requests });
const found = (blue: number, green: number, users: number, usual = 0) =>
  foundByAsking({ blue: of(blue, 100), green: of(green, 100) }, usual, of(users * 3000, 3000));

/** P(0), P(1), ... failures of so many calls. */
function binomial(calls: number, rate: number): readonly number[] {
  let chance = (1 - rate) ** calls;
  return Array.from({ length: calls + 1 }, (_, events) => {
    const one = chance;
    chance *= ((calls - events) / (events + 1)) * (rate / (1 - rate));
    return one;
  });
}

describe('both versions, asked directly where users see green fail', () => {
  it.each([
    ['an outage of a tenth of all requests', 10, 9, 0.1],
    ['one of every request', 100, 100, 0.6],
    ['one that blue suffers less of by luck', 6, 12, 0.1],
  ])('excuse green in %s', (_, blue, green, users) => expect(found(blue, green, users)).toBe('both-fail'));

  it.each([
    ['green alone fails', 0, 12, 0.1],
    ['green fails more than blue', 10, 60, 0.6],
    ['users see far more than either answers', 10, 10, 0.6],
    ['blue fails us, and green alone users', 100, 0, 0.6],
    ['blue failed once, which is no illness', 1, 12, 0.1],
  ])('do not when %s', (_, blue, green, users) => expect(found(blue, green, users)).toBe('other'));

  it('answer both where they fail as in its hour', () => {
    expect(found(0, 0, 0.1)).toBe('both-answer');
    // A call or two fail by luck where one in 200 may; five are no luck.
    expect([found(1, 0, 0.1), found(2, 2, 0.1), found(0, 4, 0.1)]).toEqual(Array(3).fill('both-answer'));
    expect(found(0, 5, 0.1)).toBe('other');
    // 1.1 times 5 % and half a point: 6 of 100 are as ever, and 16 may still be luck.
    expect(found(7, 3, 0.2, 0.05)).toBe('both-answer');
    expect(found(3, 17, 0.2, 0.05)).toBe('other');
  });

  it('answer both in 95 of 100 cases when it is so, at whichever usual rate', () => {
    for (const usual of [0.001, 0.005, 0.01, 0.05]) {
      const chances = binomial(100, usual);
      const answering = chances.flatMap((one, blue) =>
        chances.map((other, green) => (found(blue, green, 0.1, usual) === 'both-answer' ? one * other : 0)),
      );
      expect(answering.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0.95);
    }
  });

  it('excuse a good green in 97 of 100 cases, of whichever outage that hits both alike', () => {
    for (const outage of [0.1, 0.3, 0.6, 0.9]) {
      const chances = binomial(100, outage);
      const excused = chances.flatMap((one, blue) =>
        chances.map((other, green) => (found(blue, green, outage) === 'both-fail' ? one * other : 0)),
      );
      expect(excused.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0.97);
    }
  });

  it('excuse a green with a fault of its own in at most 1 of 1,000 cases, by a blue that is well', () => {
    // Blue fails 1 % as ever: so often asking it 100 times would say that it is ill.
    const excused = binomial(100, 0.01)
      .filter((_, events) => found(events, 5, 0.04, 0.01) === 'both-fail')
      .reduce((sum, one) => sum + one, 0);
    expect(excused).toBeLessThan(0.001);
    expect(found(12, 5, 0.04, 0.01)).toBe('both-fail');
  });
});

describe('what failed green and is over', () => {
  const failing = (share: number) => side(1000, { errors: 1000 * share });
  const seen = (share: number) =>
    evidence({ baseline: before(60, side(1000)), rows: minutes(2, side(1000), failing(share)) });
  const newest = (...shares: readonly number[]): readonly EvidenceMinute[] =>
    shares.flatMap((share, index) => minutes(1, side(1000), failing(share), 2 + index));

  it('is so when the last minute alone shows it', () => {
    expect(overAgain('errors', seen(0.2), newest(0.3, 0.02), true)).toBe(
      'in the newest minute, which has not settled, green had 2 % (20 of 1,000 failed requests)',
    );
    expect(overAgain('errors', seen(0.2), newest(0, 0), true)).toMatch(/^in the newest minutes, .* 0 % \(0 of 2,000/);
    expect(overAgain('errors', seen(0.2), newest(0.2, 0.2), true)).toBeUndefined();
  });

  it('may be less than an outage only where both versions answer again', () => {
    expect(overAgain('errors', seen(0.05), newest(0, 0), true)).toBeDefined();
    expect(overAgain('errors', seen(0.05), newest(0, 0), false)).toBeUndefined();
    expect(overAgain('errors', seen(0.3), newest(0, 0), false)).toBeDefined();
  });
});

describe('both versions, asked how long they take where green is slow', () => {
  const times = (ms: number, count = 20) => Array<number>(count).fill(ms);
  const then = { blue: times(20, 10), green: times(21, 10) };
  /** So many of 1,000 users of green waited beyond each threshold, each minute. */
  const users = (waited: number) =>
    evidence({ rows: minutes(3, side(1_000), side(1_000, { slow: side(1_000).slow.map(() => waited) })) });
  const found = (blue: readonly number[], green: readonly number[], waited: number) =>
    slownessByAsking(then, { blue, green }, users(waited));
  const [quickest] = evidence().thresholds;
  /** So slow that each of blue's requests of before would be beyond every threshold. */
  const all = 20 + Math.max(...evidence().thresholds.map(({ greenToleratedMs }) => greenToleratedMs));

  it.each([
    ['both as much slower as users see', times(all), times(all), 1_000, 'both-slow'],
    ['green alone', times(20), times(all), 1_000, 'other'],
    ['green far more than blue', times(all), times(2 * all), 1_000, 'other'],
    ['both by less than users see', times(20 + quickest!.greenToleratedMs / 100), times(21), 1_000, 'other'],
    ['neither', times(20), times(21), 1_000, 'both-answer'],
    ['a third of the answers, which is luck', [...times(20, 14), ...times(all, 6)], times(21), 1_000, 'both-answer'],
    ['who knows: two answers of blue tell nothing', times(all, 2), times(all), 1_000, undefined],
  ] as const)('tell who is: %s', (_, blue, green, waited, expected) =>
    expect(found(blue, green, waited)).toBe(expected),
  );

  it('are slower by an exact test: as often as chance has it, and less than 1 in 1,000', () => {
    // Of 10 and 5 of one kind the longest five are the later ones in 1 / C(15, 5) = 1 of 3,003 cases; four in 5 / C(15,
    // 4) = 1 of 273.
    expect(isSlower(times(20, 10), times(21, 5))).toBe(true);
    expect(isSlower(times(20, 10), [...times(21, 4), 20])).toBe(false);
    expect(isSlower([], times(21, 5))).toBeUndefined();
    expect(isSlower(times(20, 10), times(21, 3))).toBeUndefined();
  });
});

describe('a minute of a canary that is ill in part', () => {
  const share = (slow: number) => side(1_000, { slow: side(1_000).slow.map((usual) => Math.max(usual, slow)) });
  const held = (...shares: readonly number[]) =>
    heldMinutes(
      evidence({ rows: shares.flatMap((slow, index) => minutes(1, share(slow), share(slow), index)) }),
      settings.gates,
    ).map(({ minute }) => minute.slice(14, 16));

  it('is held beside one that is ill, or where the tail alone shows it, and not by itself', () => {
    expect(held(0, 60, 900, 60, 0)).toEqual(['01', '02', '03']);
    expect(held(0, 60, 0, 60, 0)).toEqual([]);
    expect(held(0, 200, 0)).toEqual(['01']);
  });
});
