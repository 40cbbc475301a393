import * as z from 'zod';

/** How a version failed when it was last seen, and the next earlier one that exists, where that was looked for. */
export const failingSchema = z.object({
  version: z.string().min(1),
  at: z.iso.datetime(),
  why: z.string(),
  earlier: z.string().min(1).optional(),
});
export type Failing = z.output<typeof failingSchema>;
