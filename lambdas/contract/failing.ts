import * as z from 'zod';

/** How a version was ill when it was last seen, and the next earlier one that exists, where that was looked for. */
export const failingSchema = z.object({
  version: z.string().min(1),
  at: z.iso.datetime(),
  /** Former records tell of failures alone. */
  how: z.enum(['fails', 'is slow', 'is throttled']).default('fails'),
  why: z.string(),
  earlier: z.string().min(1).optional(),
});
export type Failing = z.output<typeof failingSchema>;
