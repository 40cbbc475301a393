import * as z from 'zod';

/**
 * Before green has any user, both versions answer the same requests, captured ones and samples, and are compared pair
 * by pair. It needs one of the two sources.
 */
export const replaySettings = z
  .strictObject({
    /**
     * `auto` replays where there are requests; `required` begins no canary without its proof. A function of one's own
     * may do more than answer, and is asked only where this is set. @default auto, and off for a function of one's own
     */
    mode: z.enum(['auto', 'required', 'off']).optional(),
    /** Most requests. @default 3000 */
    pairs: z.int().min(50).max(10_000).default(3000),
    /**
     * Key of a file of requests in the model bucket, for example samples/digits.jsonl.gz. @default
     * samples/<endpoint>.jsonl.gz, where there is one
     */
    samples: z
      .string()
      .regex(/\.(json|jsonl|ndjson)(\.gz)?$/, 'must end in .json, .jsonl or .ndjson, or one of them with .gz')
      .max(1024)
      .optional(),
    /** Longest time; the canary then goes on from the evidence that there is. @default 15 */
    minutes: z.int().min(1).max(60).default(15),
    /**
     * Green answers otherwise than is harmless, and no labels vouch for it: a person is asked, or it is refused.
     * @default ask
     */
    onDisagreement: z.enum(['ask', 'reject']).default('ask'),
    /**
     * What cause, report and evidence show of the ten requests on which the versions differ most: shapes of their
     * inputs; or first values too, and what a version said of them. @default shapes
     */
    show: z.enum(['shapes', 'values']).default('shapes'),
  })
  .prefault({});
