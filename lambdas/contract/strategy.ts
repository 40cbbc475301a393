import * as z from 'zod';
import { STEP_ENDS, STRATEGY_PRESET_NAMES, type Strategy, plannedMinutes } from '../domain/strategy';
import { quoted } from './problems';

/** A rollout may run for a week at most; beyond that CloudWatch's minutes (15 days) come near their end. */
const MAX_PLANNED_MINUTES = 7 * 24 * 60;

const step = z.strictObject({
  weight: z.int().min(1).max(99),
  bakeMinutes: z.int().min(1).max(MAX_PLANNED_MINUTES),
  until: z.enum(STEP_ENDS).optional(),
});
/** As a plan of a rollout keeps them. */
export const strategyStepsSchema = z.array(step);

const custom = z
  .strictObject({ steps: z.array(step).min(1).max(50) })
  .refine(
    ({ steps }) => steps.every((one, index) => index === 0 || one.weight > (steps[index - 1]?.weight ?? 0)),
    'weights must grow from step to step',
  )
  .refine(
    ({ steps }) => steps.every(({ until }, index) => until !== (index === steps.length - 1 ? 'works' : 'proof')),
    'until "proof" is for the last step, "works" for those before it',
  )
  .refine(
    ({ steps }) => plannedMinutes(steps) <= MAX_PLANNED_MINUTES,
    `the steps bake longer than ${MAX_PLANNED_MINUTES} minutes in all`,
  );

/** A preset's name or `{ steps: [{ weight, bakeMinutes }] }`. */
export const strategySchema: z.ZodType<Strategy, Strategy> = z.union([z.enum(STRATEGY_PRESET_NAMES), custom], {
  error: (issue) => {
    return (
      `must be one of ${STRATEGY_PRESET_NAMES.join(', ')}, or { "steps": [{ "weight": 1 to 99 and growing, ` +
      `"bakeMinutes": 1 to ${MAX_PLANNED_MINUTES}, "until": none, "works" or in the last step "proof" }] }; got ` +
      `${quoted(issue.input)}`
    );
  },
});

/**
 * A strategy from object metadata: a preset's name or the JSON of `{ steps }`. Throws a ZodError, or a SyntaxError for
 * broken JSON.
 */
export function parseStrategyText(text: string): Strategy {
  const trimmed = text.trim();
  return strategySchema.parse(trimmed.startsWith('{') ? JSON.parse(trimmed) : trimmed);
}
