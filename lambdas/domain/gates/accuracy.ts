import * as z from 'zod';
import type { Baseline } from '../evidence';
import { count, shareOf, some } from '../numbers';
import { countedGate } from './counted';
import type { GateKind } from './gate';
import { gateSettings, margin, orderedMargins } from './margins';

const settings = gateSettings({
  tolerance: margin(1.1, 0.01),
  harm: margin(1.5, 0.05),
  /**
   * Labels that came later after their answer are not compared, and green's first minutes neither: both versions then
   * had the same time for a label to come. @default 5
   */
  withinMinutes: z
    .int()
    .min(1)
    .max(24 * 60)
    .default(5),
  /**
   * Labels that green must have in sight. With 5 % of blue's answers wrong, harm is 1.5 x 5 % + 5 points = 12.5 %, and
   * a good green's label is worth KL(0.05, 0.125) = 0.032 nats. The proof needs ln(1 / 0.05) = 3.0 and a margin for
   * luck: 200 x 0.032 = 6.4. @default 200
   */
  minLabels: z.int().min(1).max(1_000_000_000).default(200),
});

type MinLabels = Pick<z.output<typeof settings>, 'minLabels'>;

/**
 * Whether there are labels enough. Known before green has its first user and never asked again, so that what the canary
 * brings cannot choose which gates judge it.
 */
export const accuracyIsJudged = ({ labels }: Pick<Baseline, 'labels'>, { minLabels }: MinLabels): boolean =>
  labels !== undefined && labels.green >= minLabels;

/**
 * Wrong answers over labelled answers. Users label what they like, so the alias weight says nothing of whose a label
 * is.
 */
export const accuracy: GateKind<typeof settings> = {
  settings,
  pairs: orderedMargins,
  gate: (chosen) =>
    countedGate(
      {
        name: 'accuracy',
        part: 0.3,
        noun: 'labelled answer',
        nothing: 'no labels are counted',
        share: 'realised',
        events: (side) => side.labelled?.events ?? 0,
        of: (side) => side.labelled?.requests ?? 0,
        present: (side) => side.labelled !== undefined,
        notJudged: (baseline) => whyNotJudged(baseline, chosen),
        isUnused: ({ labels }) => labels === undefined || labels.blue === 0,
        words: {
          counts: 'labelled answers that were wrong',
          harmless: 'that it answers no harmful share more wrongly',
          comparison: (blue, green) =>
            `${shareOf(green.events, green.requests, "of green's labelled answers")} and ` +
            `${shareOf(blue.events, blue.requests, "of blue's")} were wrong`,
        },
        planned: { scales: () => [], lacks: () => 'labels that users send are not simulated' },
      },
      chosen,
    ),
};

function whyNotJudged({ labels }: Pick<Baseline, 'labels'>, { minLabels }: MinLabels): string | undefined {
  if (accuracyIsJudged({ labels }, { minLabels })) return undefined;
  const needed = `at least ${count(minLabels)} are needed`;
  return labels === undefined
    ? `no labels were looked for, because green could get none in time; ${needed}`
    : `blue had ${some(labels.blue, 'label')} in time before the canary, so green may expect ` +
        `${count(labels.green)}; ${needed}`;
}
