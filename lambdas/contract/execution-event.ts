import * as z from 'zod';

/** `Step Functions Execution Status Change` on EventBridge; the input may be missing from a large event, so it is not used. */
export const executionEventSchema = z.object({
  detail: z.object({
    executionArn: z.string().min(1),
    name: z.string().min(1),
    status: z.string().min(1),
    startDate: z.number().optional(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});
export type ExecutionEvent = z.output<typeof executionEventSchema>;
