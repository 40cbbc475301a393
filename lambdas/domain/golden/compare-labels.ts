import { count, percent } from '../numbers';
import type { RowAnswer } from '../task';
import type { GoldenPairs } from './compare-classes';
import { type Compared, type GoldenLimits, SHARE } from './held-to';
import { pairedRate, signFlip } from './paired-tests';

type Table = readonly (readonly number[])[];

/** Several labels at once: how often each is found, and said where it is not, beside blue on the same rows. */
export function compareLabels(
  { labels, green, blue, classNames }: GoldenPairs,
  limits: GoldenLimits,
): Compared & { readonly rights: { readonly green: Table; readonly blue: Table | undefined } } {
  const truth = labels.map((label) => (typeof label === 'object' ? label : [Number(label)]));
  const rows = blue?.length ?? 0;
  const margins = [...green, ...(blue ?? [])].some((answer) => answer?.values.some((value) => value < 0 || value > 1));
  const saidBy = (answers: readonly (RowAnswer | undefined)[]): Table =>
    answers.map((answer, row) =>
      // No answer is wrong everywhere.
      (truth[row] ?? []).map((label, at) => {
        const value = answer?.values[at];
        return value === undefined ? 1 - label : Number(margins ? value > 0 : value >= 0.5);
      }),
    );
  const [greens, blues] = [saidBy(green), blue && saidBy(blue)];
  const share = (said: Table): number =>
    said.flatMap((row, at) => row.map((value, label): number => Number(value === truth[at]?.[label]))).reduce(add, 0) /
    Math.max(1, said.length * (truth[0]?.length ?? 1));
  const accuracy = share(greens);
  const refusals: string[] = [];
  if (accuracy < limits.minAccuracy)
    refusals.push(`${percent(accuracy)} of the labels right; the limit minAccuracy is ${percent(limits.minAccuracy)}`);
  if (blues !== undefined && rows > 0) {
    const drop = share(blues) - share(greens.slice(0, rows));
    if (limits.maxAccuracyDrop !== undefined && drop > limits.maxAccuracyDrop + 1e-12)
      refusals.push(
        `${percent(accuracy)} of the labels right, ${percent(drop)} under blue's ${percent(share(blues))}; the limit maxAccuracyDrop is ${percent(limits.maxAccuracyDrop)}`,
      );
    if (limits.perClass !== false) {
      const nameOf = (label: number): string => classNames?.[label] ?? String(label);
      refusals.push(...lost(truth.slice(0, rows), greens, blues, limits.perClass, nameOf));
    }
  }
  const never = (truth[0] ?? []).flatMap((_, label) => (truth.some((row) => row[label] === 1) ? [] : [label]));
  return {
    task: 'multilabel',
    green: `${percent(accuracy)} of the labels right`,
    blue: blues && `${percent(share(blues))}`,
    refusals,
    warnings:
      never.length === 0
        ? []
        : [
            `${count(never.length)} of ${truth[0]?.length} labels are in no row, so that nothing shows whether they are found`,
          ],
    rights: { green: greens, blue: blues },
  };
}

const add = (a: number, b: number): number => a + b;

function lost(
  truth: Table,
  green: Table,
  blue: Table,
  { maxRecallLoss, maxPrecisionLoss }: Exclude<GoldenLimits['perClass'], false>,
  nameOf: (label: number) => string,
): readonly string[] {
  const width = truth[0]?.length ?? 0;
  const found: { readonly less: number; readonly words: string }[] = [];
  const total = { green: 0, blue: 0, rows: 0 };
  const perRow = truth.map(() => 0);
  for (let label = 0; label < width; label += 1) {
    const hits = pair(truth, green, blue, label, 1);
    const alarms = pair(truth, blue, green, label, 0); // the harm is green's
    truth.forEach((row, at) => {
      if (row[label] === 1) perRow[at] = (perRow[at] ?? 0) + (blue[at]?.[label] ?? 0) - (green[at]?.[label] ?? 0);
    });
    total.green += hits.green;
    total.blue += hits.blue;
    total.rows += hits.rows;
    const less = 1 - hits.green / Math.max(1, hits.blue);
    if (less > maxRecallLoss && pairedRate(hits) <= SHARE / width)
      found.push({
        less,
        words: `label ${nameOf(label)}: ${hits.green} of ${hits.rows} found, blue ${hits.blue} of ${hits.rows}; the limit perClass.maxRecallLoss is ${percent(maxRecallLoss)} of blue's`,
      });
    const precision = hits.green / (hits.green + alarms.blue);
    const fewer = 1 - precision / (hits.blue / (hits.blue + alarms.green));
    if (fewer > maxPrecisionLoss && pairedRate(alarms) <= SHARE / width)
      found.push({
        less: fewer,
        words: `label ${nameOf(label)}: said of ${hits.green + alarms.blue} rows, ${hits.green} of them right; blue said it of ${hits.blue + alarms.green}, ${hits.blue} right; the limit perClass.maxPrecisionLoss is ${percent(maxPrecisionLoss)} of blue's`,
      });
  }
  // Many rare labels, none of which shows it alone. A row counts once, whatever it holds.
  const together =
    1 - total.green / Math.max(1, total.blue) > maxRecallLoss && signFlip(perRow) <= SHARE
      ? [
          `all labels together: ${total.green} of ${total.rows} found, blue ${total.blue} of ${total.rows}; the limit perClass.maxRecallLoss is ${percent(maxRecallLoss)} of blue's`,
        ]
      : [];
  return [...together, ...found.sort((a, b) => b.less - a.less).map(({ words }) => words)];
}

/** How often each side says a label on the rows that have it (1) or have it not (0). */
function pair(truth: Table, green: Table, blue: Table, label: number, having: 0 | 1) {
  const counts = { lost: 0, won: 0, green: 0, blue: 0, rows: 0 };
  truth.forEach((row, at) => {
    if (row[label] !== having) return;
    const [g, b] = [green[at]?.[label] ?? 0, blue[at]?.[label] ?? 0];
    counts.rows += 1;
    counts.green += g;
    counts.blue += b;
    if (b > g) counts.lost += 1;
    if (g > b) counts.won += 1;
  });
  return counts;
}
