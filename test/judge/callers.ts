import type { SideCounts } from '../../lambdas/domain/evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import { before, evidence, minutes, side } from './evidence';
import { onlyGate } from './settings';

/** A minute of so many answers of each class. */
export const answers = (...classes: readonly number[]): SideCounts =>
  side(
    classes.reduce((sum, one) => sum + one, 0),
    { classes },
  );

export const usual = answers(500, 300, 200);

/** Four minutes of green alone beside four of blue, after an hour of 1,000 answers a minute. */
export const watched = (blue: SideCounts, green: SideCounts, share: number | 'no canary' = 1) =>
  judge(
    evidence({
      oneAfterTheOther: true,
      ...{ horizonMinutes: 4, classNames: ['a', 'b', 'c'], baseline: before(60, usual) },
      rows: minutes(4, blue, green),
      ...(share !== 'no canary' && { blueShares: Array.from({ length: 4 }, () => share) }),
    }),
    onlyGate('predictions'),
  );

/** Blue's four minutes, of which one had a crowd, beside four of green's with another crowd in the last. */
export const crowded = (
  calm: SideCounts,
  crowd: SideCounts,
  crowdsAt: readonly number[] = [],
  calmBlue = usual,
  compared: 'after a canary' | 'no canary' = 'after a canary',
) => {
  const ordinary = answers(10_500, 6_300, 4_200);
  const rows = [ordinary, calmBlue, calmBlue, calmBlue].flatMap((blue, at) =>
    minutes(1, blue, at === 3 ? crowd : calm, at),
  );
  return judge(
    evidence({
      oneAfterTheOther: true,
      ...{ horizonMinutes: 4, classNames: ['a', 'b', 'c'], rows },
      baseline: before(60, calmBlue).map((minute, at) => (crowdsAt.includes(at) ? before(60, ordinary)[at]! : minute)),
      ...(compared === 'after a canary' && { blueShares: rows.map(() => 1) }),
    }),
    onlyGate('predictions'),
  );
};
