import { replayInWords } from '../../../cli/plan/in-words';
import { plannedPairs, plannedReplay } from '../../../lambdas/domain/plan/time-to-proof';
import { Bet, noHarm } from '../../../lambdas/domain/judge/paired/bets';

/** Pairs without a failure that the judge itself takes. */
function pairsOfTheJudge(harm: number, missRate: number): number {
  const bet = new Bet(noHarm(harm, 1));
  let pairs = 0;
  for (; bet.logEvidence < Math.log(1 / missRate); pairs += 1) bet.add(0);
  return pairs;
}

it.each([
  [0.005, 0.05],
  [0.01, 0.05],
  [0.02, 0.01],
])('says at most a tenth more pairs than the judge takes, at %d harm and %d missed, and none fewer', (harm, missed) => {
  const judge = pairsOfTheJudge(harm, missed);
  expect(plannedPairs(harm, missed)).toBeGreaterThanOrEqual(judge);
  expect(plannedPairs(harm, missed)).toBeLessThanOrEqual(1.1 * judge);
});

it('says that 20 requests a minute need a minute of replay and 26 of canary, and that one a minute needs more than two hours', () => {
  const quiet = plannedReplay(0.005, 0.05, { requestsPerMinute: 20, medianMs: 20 });
  expect(quiet).toEqual({ pairs: 736, minutes: 1, liveMinutes: 26 });
  expect(plannedReplay(0.005, 0.05, { requestsPerMinute: 1, medianMs: 20 }).liveMinutes).toBeNull();
});

it('says how long slow models take', () => {
  const { minutes } = plannedReplay(0.005, 0.05, { requestsPerMinute: 100, medianMs: 1_000 });
  expect(minutes).toBe(4);
});

it.each([
  [
    { requestsPerMinute: 20, medianMs: 20 },
    [],
    /^At 20 requests a minute: a day's replay proves a good green in 1 min and \d+ more live; without, not in 4 hours \(736 captured requests or samples that do not fail; no user meets green before\)$/,
  ],
  [
    { requestsPerMinute: 1_000, medianMs: 20 },
    [
      { weight: 10, minutes: 20 },
      { weight: 50, minutes: 11 },
    ],
    /^At 1,000 requests a minute: .+; without, nine of ten have it after 11 min at 50 % /,
  ],
  [
    { requestsPerMinute: 0.2, medianMs: 20 },
    [],
    /: a replay of 3 days' requests proves a good green in 1 min but two hours more live do not exclude a disaster; /,
  ],
  [{ requestsPerMinute: 0.01, medianMs: 20 }, [], /: a replay of samples proves a good green/],
])('says in a line what a replay gives and what is so without: %j', (traffic, bakeForProof, words) => {
  const [said, ...more] = replayInWords({ replay: plannedReplay(0.005, 0.05, traffic), traffic, bakeForProof });
  expect(said).toMatch(words);
  expect(more).toEqual([]);
});
