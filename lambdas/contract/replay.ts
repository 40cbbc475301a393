import * as z from 'zod';
import { DATATYPES, shown } from './datatypes';
import { CAPTURED_PREFIX } from './names';
import type { DeepReadonly } from '../domain/evidence';
import { judgeSettingsSchema } from '../domain/gates/gates';
import { pairSchema } from '../domain/judge/paired/pair';
import { DataSetInvalid, parseDataRequest, type DataRequest } from './data-request';
import { type DataSetRules, parseDataSet } from './golden-set';
import { onOneLine } from './problems';

/** A request whose answers to both versions are compared, and what is known to be right. */
export interface ReplayRequest extends DataRequest {
  /** The key of a captured request, or its place in the samples file. */
  readonly id: string;
}

/** A captured request; undefined for what is none, or could not be sent again. */
export function capturedReplay(id: string, text: string): ReplayRequest | undefined {
  try {
    const request = parseDataRequest(JSON.parse(text), id);
    return { ...request, id };
  } catch (error) {
    if (error instanceof DataSetInvalid || error instanceof SyntaxError || error instanceof RangeError)
      return undefined;
    throw error;
  }
}

/** As much as a person reads of one request. */
const MOST_INPUTS = 5;
const MOST_VALUES = 10;
const MOST_CHARACTERS = 200;

/** What a request looks like, in a few words: "x FP32 [1, 2]"; and its first values, where those may be shown. */
export function requestInWords({ inputs }: ReplayRequest, show: 'shapes' | 'values'): string {
  const some = inputs.slice(0, MOST_INPUTS).map(({ name, datatype, shape, data }) => {
    const values = show === 'shapes' ? '' : `: ${data.slice(0, MOST_VALUES).map(shown).join(', ')}`;
    const others = values !== '' && data.length > MOST_VALUES ? ', …' : '';
    return `${name} ${datatype} [${shape.join(', ')}]${values}${others}`;
  });
  const more = inputs.length > some.length ? [`${inputs.length - some.length} more`] : [];
  return onOneLine([...some, ...more].join('; ').slice(0, MOST_CHARACTERS));
}

/**
 * Of a samples file, packed or not: read whole into memory, text and requests are several times as much, of a gigabyte.
 */
export const SAMPLES_LIMITS = { maxBytes: 64 * 1024 * 1024 } as const satisfies DataSetRules;

/** The requests of a samples file, which is a data set. @throws DataSetInvalid */
export const sampleRequests = (key: string, bytes: Uint8Array): readonly ReplayRequest[] =>
  parseDataSet(bytes, { file: key, ...SAMPLES_LIMITS }).requests.map((request, index) => ({
    ...request,
    id: `${key} request ${index + 1}`,
  }));

/**
 * What is kept of a replay, chunk by chunk, so that a stop, a retry or a redrive goes on where it was; and its
 * evidence, which `greenlight replay` judges again. No request is in it, only where each came from and what the answers
 * came to.
 */
export const keptReplaySchema = z.object({
  id: z.string().min(1),
  kind: z.literal('paired'),
  endpoint: z.string(),
  settings: judgeSettingsSchema.omit({ minimumMinutes: true }),
  /** Of the samples file, where requests are from it: an id is a place in it. */
  samplesVersion: z.string().optional(),
  /** Ids of the requests, in the order that was drawn. */
  requests: z.array(z.string()),
  /** How many of them were asked. */
  asked: z.int().min(0),
  pairs: z.array(pairSchema),
  /** When the run began that wrote this, which tells it from another one of the same step. */
  begunAt: z.string().optional(),
  /** Requests that both versions refuse as a mistake of their caller, and which was the first and why. @default none */
  refused: z.object({ count: z.int().min(1), first: z.string() }).optional(),
  /**
   * What came of it, in words, and the requests on which the versions differ most, as far as the endpoint shows them;
   * once it is over.
   */
  verdict: z.string().optional(),
  reason: z.string().optional(),
  differing: z.array(z.string()).optional(),
});
export type KeptReplay = DeepReadonly<z.output<typeof keptReplaySchema>>;

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
