import { count, percent } from '../numbers';
import { type GoldenLimits, type PairCounts, pairedRate } from './paired-tests';

/** What one class, or one label of several, lost beside blue; `lost` is the share of what blue has. */
interface ClassLoss {
  readonly lost: number;
  readonly words: string;
}

/**
 * A class that green no longer finds (`hits`, on its own rows), or says where it is not (`alarms`, on all others, of which the
 * harm is green's). Lost is a share of what blue has: a precision of 20 % that falls to 5 % has lost three quarters.
 *
 * @param chance how rare by luck a loss must be to count
 */
export function lostOf(
  of: {
    readonly name: string;
    readonly found: 'right' | 'found';
    readonly hits: PairCounts;
    /** Blue's and green's places are exchanged. */
    readonly alarms: PairCounts;
  },
  { maxRecallLoss, maxPrecisionLoss }: Exclude<GoldenLimits['perClass'], false>,
  chance: number,
): readonly ClassLoss[] {
  const { name, found, hits, alarms } = of;
  const said = { green: hits.green + alarms.blue, blue: hits.blue + alarms.green };
  const recallLoss = 1 - hits.green / Math.max(1, hits.blue);
  const precisionLoss = 1 - hits.green / said.green / (hits.blue / said.blue);
  return [
    ...(recallLoss > maxRecallLoss && pairedRate(hits) <= chance
      ? [
          {
            lost: recallLoss,
            words: `${name}: ${hits.green} of ${hits.rows} ${found}, blue ${hits.blue} of ${hits.rows}; the limit perClass.maxRecallLoss is ${percent(maxRecallLoss)} of blue's`,
          },
        ]
      : []),
    ...(precisionLoss > maxPrecisionLoss && pairedRate(alarms) <= chance
      ? [
          {
            lost: precisionLoss,
            words: `${name}: said of ${count(said.green)} rows, ${hits.green} of them right; blue said it of ${count(said.blue)}, ${hits.blue} right; the limit perClass.maxPrecisionLoss is ${percent(maxPrecisionLoss)} of blue's`,
          },
        ]
      : []),
  ];
}
