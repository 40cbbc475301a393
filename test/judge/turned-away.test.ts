import { meanOf, mostTaken, totalTaken, turnedAwayByAsking } from '../../lambdas/domain/judge/turned-away';
import { seededRandom } from '../../simulator/random';

interface Seen {
  readonly blueAway?: number;
  readonly greenAway?: number;
  readonly users?: number;
  /** How long answers took when both were asked. */
  readonly blueMs?: readonly number[];
  readonly greenMs?: readonly number[];
  readonly taken?: { readonly blue: number; readonly green: number | undefined };
}

const repeated = (count: number, ms: number) => Array<number>(count).fill(ms);
const before = { blue: repeated(10, 20), green: repeated(10, 20) };

function seen({ blueAway = 90, greenAway = 90, users = 0.3, blueMs, greenMs, taken }: Seen) {
  const away = { blue: { events: blueAway, requests: 300 }, green: { events: greenAway, requests: 300 } };
  const asked = { away, blue: blueMs ?? repeated(200, 20), green: greenMs ?? repeated(200, 20) };
  const counted = { events: users * 6000, requests: 6000 };
  return turnedAwayByAsking({ before, asked }, 0, counted, taken ?? { blue: 20, green: 20 }).found;
}

describe('both versions, asked where Lambda turns green away', () => {
  it.each<[string, Seen]>([
    ['blue is turned away as often', {}],
    ['it is one of thirty', { blueAway: 10, greenAway: 9, users: 0.033 }],
    ['every request is', { blueAway: 299, greenAway: 299, users: 0.99, blueMs: [20], greenMs: [20] }],
    [
      'every request is, and none of green ran',
      { blueAway: 300, greenAway: 300, users: 1, blueMs: [], greenMs: [], taken: { blue: 20, green: undefined } },
    ],
    ['green takes a little longer, as it may', { taken: { blue: 20, green: 21.9 } }],
    ['both take three times as long', { blueMs: repeated(200, 60), taken: { blue: 20, green: 60 } }],
  ])('excuse it where %s', (_, how) => expect(seen(how)).toBe('both-ill'));

  it.each<[string, Seen]>([
    ['blue is not', { blueAway: 0 }],
    ['green is far more often', { blueAway: 20, greenAway: 150, users: 0.5 }],
    ['users are far more often than either', { users: 0.6 }],
    ['its requests take longer, and so does nothing of blue', { taken: { blue: 20, green: 22.1 } }],
    [
      'its requests take longer than those of a blue that is slow',
      { blueMs: repeated(200, 30), taken: { blue: 20, green: 60 } },
    ],
    ['its environments end with their answers', { greenMs: repeated(100, 20) }],
  ])('do not where %s', (_, how) => expect(seen(how)).toBe('other'));

  it('answer both where Lambda turns none of them away', () =>
    expect(seen({ blueAway: 0, greenAway: 0 })).toBe('both-answer'));
});

describe("blue's requests, where a few take far longer than others", () => {
  const random = seededRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  /** Log-normal, of mean 1: one in a hundred takes eight times as long. */
  const minutes = (count: number, factor = 1, requests = 30) =>
    Array.from({ length: count }, () => ({
      requests,
      ms:
        factor * Array.from({ length: requests }, () => Math.exp(1.2 * normal() - 0.72)).reduce((sum, ms) => sum + ms),
    }));
  const anHour = () => minutes(60);
  const withIncident = () => [...minutes(20), ...minutes(8, 3), ...minutes(32)];
  const shareBeyond = (factor: number, hour: () => ReturnType<typeof minutes>, served = 20) => {
    const beyond = Array.from({ length: 300 }, () => {
      const green = totalTaken(minutes(3, factor, served));
      return meanOf(green) > 1.1 * mostTaken(hour(), green.requests);
    });
    return beyond.filter((one) => one).length / beyond.length;
  };

  it.each([2, 20, 200])('are seldom beaten by as good a version whose minutes have %i requests', (served) =>
    expect(shareBeyond(1, anHour, served)).toBeLessThan(0.12),
  );
  it.each([
    ['in its hour', anHour, 0.8],
    ['where an incident was in its hour', withIncident, 0.6],
  ])('are mostly beaten by a version that takes twice as long, %s', (_, hour, share) =>
    expect(shareBeyond(2, hour)).toBeGreaterThan(share),
  );
  it('are their mean where the hour has too few to compare', () =>
    expect(
      mostTaken(
        [
          { ms: 300, requests: 10 },
          { ms: 100, requests: 10 },
        ],
        21,
      ),
    ).toBe(20));
});
