import * as z from 'zod';

/** The last moment that is written with a year of four digits, ms since 1970. */
const YEAR_9999 = 253_402_300_799_999;

/**
 * `Step Functions Execution Status Change` on EventBridge; the input may be missing from a large event, so it is not used.
 * Only what names the execution must be there: blue is put back whatever else an event says.
 */
export const executionEventSchema = z.object({
  detail: z.object({
    executionArn: z.string().min(1),
    status: z.string().min(1),
    startDate: z.number().min(0).max(YEAR_9999).optional().catch(undefined),
    error: z.string().nullish().catch(undefined),
    cause: z.string().nullish().catch(undefined),
  }),
});
