import * as z from 'zod';
import { DATATYPES } from './datatypes';
import { CAPTURED_PREFIX } from './names';

/** Larger requests are not kept. 256 KB are about 30,000 numbers as people's clients write them. */
export const MAX_CAPTURED_BYTES = 256 * 1024;

/** Where the requests of one UTC day are kept, `captured/<endpoint>/<yyyy-mm-dd>/`; `at` in ms since 1970. */
export const capturedDay = (endpoint: string, at: number): string =>
  `${CAPTURED_PREFIX}${endpoint}/${new Date(at).toISOString().slice(0, 10)}/`;

/**
 * The key of one captured request: by Lambda's id of the invocation, which is unique and not the name of a person, or
 * by the slot of the day that it has taken.
 */
export const capturedKey = (endpoint: string, at: number, requestId: string): string =>
  `${capturedDay(endpoint, at)}${requestId}.json`;

/** A share of the requests, 0 to 1; or `auto`: at most 3,000 a day, whatever the traffic. */
export type CaptureRate = number | 'auto';

/** Metadata of a captured object: Lambda's id of the request, by which it can be found and deleted. */
export const REQUEST_ID_METADATA = 'request-id';

/**
 * What is kept of a request: its tensors. No header, no id, no parameters and no choice of outputs, so that both
 * versions are asked for everything. Unknown keys are dropped when it is written. A capture is one request of a data
 * set, without its label: `parseDataRequest` reads it, and what follows `requests` in a golden set is the same.
 */
export const capturedRequestSchema = z.object({
  inputs: z
    .array(
      z.object({
        name: z.string(),
        datatype: z.enum(DATATYPES),
        shape: z.array(z.int().min(0)),
        data: z.custom<readonly unknown[]>(Array.isArray),
      }),
    )
    .min(1),
});
export type CapturedRequest = Readonly<z.output<typeof capturedRequestSchema>>;
