import { plannedPairs, plannedReplay } from '../../../lambdas/domain/plan/replay';
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

it('says that 20 requests a minute need a minute of replay and 23 of canary, and that one a minute needs more than two hours', () => {
  const quiet = plannedReplay(0.005, 0.05, { requestsPerMinute: 20, medianMs: 20 });
  expect(quiet).toEqual({ pairs: 736, minutes: 1, liveMinutes: 23 });
  expect(plannedReplay(0.005, 0.05, { requestsPerMinute: 1, medianMs: 20 }).liveMinutes).toBeNull();
});

it('says how long slow models take', () => {
  const { minutes } = plannedReplay(0.005, 0.05, { requestsPerMinute: 100, medianMs: 1_000 });
  expect(minutes).toBe(4);
});
