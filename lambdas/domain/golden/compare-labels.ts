import { count, percent, points } from '../numbers';
import type { RowAnswer } from '../row-answer';
import {
  type GoldenPairs,
  beyond,
  type Compared,
  DEFAULT_DROP,
  type GoldenLimits,
  SHARE,
  type PairCounts,
  pairedRate,
  signFlip,
} from './paired-tests';
import { lostOf } from './compare-classes';

/**
 * How rare by luck the largest drop among the labels must be: as it must lie beyond the limit as well, in fewer than 1
 * of 100 sets.
 */
const NO_LUCK = 0.01;

type Contingency = readonly (readonly number[])[];

/** Several labels at once: how often each is found, and said where it is not, beside blue on the same rows. */
export function compareLabels(
  { labels, green, blue, classNames }: GoldenPairs,
  limits: GoldenLimits,
): Compared & { readonly rights: { readonly green: Contingency; readonly blue: Contingency | undefined } } {
  const truth = labels.map((label) => (typeof label === 'object' ? label : [Number(label)]));
  const rows = blue?.length ?? 0;
  const margins = [...green, ...(blue ?? [])].some((answer) => answer?.values.some((value) => value < 0 || value > 1));
  // What the model says by itself goes before what its scores would mean.
  const toldBy = (answer: RowAnswer | undefined, at: number): number | undefined => {
    const value = answer?.bits?.[at] ?? answer?.values[at];
    return value === undefined || Number.isNaN(value)
      ? undefined
      : Number(answer?.bits === undefined && margins ? value > 0 : value >= 0.5);
  };
  const saidBy = (answers: readonly (RowAnswer | undefined)[]): Contingency =>
    answers.map((answer, row) =>
      // No answer is wrong everywhere, and so is NaN.
      (truth[row] ?? []).map((label, at) => {
        return toldBy(answer, at) ?? 1 - label;
      }),
    );
  const [greens, blues] = [saidBy(green), blue && saidBy(blue)];
  const rightIn = (said: Contingency): readonly number[] =>
    said.map((row, at) => row.filter((value, label) => value === truth[at]?.[label]).length);
  const share = (right: readonly number[]): number =>
    right.reduce(add, 0) / Math.max(1, right.length * (truth[0]?.length ?? 1));
  const right = rightIn(greens);
  const blueRight = blues && rightIn(blues);
  const accuracy = share(right);
  const refusals: string[] = [];
  if (accuracy < limits.minAccuracy)
    refusals.push(`${percent(accuracy)} of the labels right; the limit minAccuracy is ${percent(limits.minAccuracy)}`);
  if (blues !== undefined && blueRight !== undefined && rows > 0) {
    const [own, drop] = [share(right.slice(0, rows)), share(blueRight) - share(right.slice(0, rows))];
    // The labels of a row hang together, so that rows are what chance deals out.
    const chance = signFlip(blueRight.map((one, row) => one - (right[row] ?? 0)));
    if (beyond(drop, limits.maxAccuracyDrop, DEFAULT_DROP, { of: chance, certain: chance })) {
      const limit = limits.maxAccuracyDrop ?? (drop > DEFAULT_DROP.limit ? DEFAULT_DROP.limit : DEFAULT_DROP.certain);
      refusals.push(
        `${percent(own)} of the labels right, ${points(drop)} under blue's ${percent(share(blueRight))}; the ` +
          `limit maxAccuracyDrop is ${points(limit)}`,
      );
    }
    if (limits.perClass !== false) {
      const nameOf = (label: number): string => classNames?.[label] ?? String(label);
      refusals.push(...lost(truth.slice(0, rows), greens, blues, limits.perClass, nameOf));
    }
  }
  const never = (truth[0] ?? []).flatMap((_, label) => (truth.some((row) => row[label] === 1) ? [] : [label]));
  return {
    task: 'multilabel',
    green: `${percent(accuracy)} of the labels right`,
    blue: blueRight && `${percent(share(blueRight))} of the labels right`,
    refusals,
    warnings:
      never.length === 0
        ? []
        : [
            `${count(never.length)} of ${truth[0]?.length} labels are in no row, so that nothing shows whether ` +
              'they are found',
          ],
    rights: { green: greens, blue: blues },
  };
}

const add = (a: number, b: number): number => a + b;

function lost(
  truth: Contingency,
  green: Contingency,
  blue: Contingency,
  limits: Exclude<GoldenLimits['perClass'], false>,
  nameOf: (label: number) => string,
): readonly string[] {
  const { maxRecallLoss } = limits;
  const labels = (truth[0] ?? []).map((_, label) => ({
    name: `label ${nameOf(label)}`,
    found: 'found' as const,
    hits: pair(truth, green, blue, label, 1),
    alarms: pair(truth, blue, green, label, 0), // the harm is green's
  }));
  const found = labels.flatMap((one) => {
    const losses = lostOf(one, limits, SHARE / labels.length);
    return losses.length > 0 ? losses : rightLost(one, truth.length, NO_LUCK / labels.length);
  });
  const sum = (of: (hits: PairCounts) => number): number => labels.reduce((total, { hits }) => total + of(hits), 0);
  const total = { green: sum((one) => one.green), blue: sum((one) => one.blue), rows: sum((one) => one.rows) };
  const perRow = truth.map((row, at) =>
    row.map((label, of) => label * ((blue[at]?.[of] ?? 0) - (green[at]?.[of] ?? 0))).reduce(add, 0),
  );
  // Many rare labels, none of which shows it alone. A row counts once, whatever it holds.
  const together =
    1 - total.green / Math.max(1, total.blue) > maxRecallLoss && signFlip(perRow) <= SHARE
      ? [
          `all labels together: ${total.green} of ${total.rows} found, blue ${total.blue} of ${total.rows}; the ` +
            `limit perClass.maxRecallLoss is ${percent(maxRecallLoss)} of blue's`,
        ]
      : [];
  return [...together, ...found.sort((a, b) => b.lost - a.lost).map(({ words }) => words)];
}

/**
 * A label that is right less often than blue's by more than all labels together may be: among many a drop of one hardly
 * moves the share of all.
 */
function rightLost(
  { name, hits, alarms }: { readonly name: string; readonly hits: PairCounts; readonly alarms: PairCounts },
  rows: number,
  chance: number,
): readonly { readonly lost: number; readonly words: string }[] {
  // An alarm is of blue where green's is; a row without one is right.
  const right = {
    lost: hits.lost + alarms.lost,
    won: hits.won + alarms.won,
    green: hits.green + alarms.rows - alarms.blue,
    blue: hits.blue + alarms.rows - alarms.green,
    rows,
  };
  const lost = (right.blue - right.green) / rows;
  if (lost <= DEFAULT_DROP.limit || pairedRate(right) > chance) return [];
  return [
    {
      lost,
      words:
        `${name}: right on ${percent(right.green / rows)} of the rows, ${points(lost)} under blue's ` +
        `${percent(right.blue / rows)}; the limit is ${points(DEFAULT_DROP.limit)}, where that is certain`,
    },
  ];
}

/** How often each side says a label on the rows that have it (1) or have it not (0). */
function pair(truth: Contingency, green: Contingency, blue: Contingency, label: number, having: 0 | 1): PairCounts {
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
