import * as z from 'zod';
import { DATATYPES, type Datatype } from './datatypes';
import { FEEDBACK_ERROR_CODES } from './feedback';

/** The parts of the Open Inference Protocol (V2, REST) that the model server speaks and that its callers parse. */

export interface InferInput {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Flat in row-major order, or nested as the shape says. */
  readonly data: readonly unknown[];
}

export interface InferRequest {
  readonly id?: string;
  readonly inputs: readonly InferInput[];
  /** Which outputs to return; all when left out. */
  readonly outputs?: readonly { readonly name: string }[];
}

const tensorMetadata = z.object({
  name: z.string(),
  datatype: z.enum(DATATYPES),
  /** -1 stands for a size that each request chooses. */
  shape: z.array(z.int().min(-1)),
  /**
   * What the protocol has no words for: `rank: "any"` where the shape is open as a whole, `class_names` of the columns.
   */
  parameters: z.record(z.string(), z.unknown()).optional(),
});

/** Answer of `GET /v2/models/{name}`. */
export const modelMetadata = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorMetadata),
  outputs: z.array(tensorMetadata),
  /**
   * `left_out`: outputs that cannot be answered, and why; `missing_values`: the model does something with `null`;
   * `measures`: what is counted of its answers; `class_names`: of the classes among these, in the order of their index.
   */
  parameters: z
    .looseObject({
      left_out: z.array(z.string()).optional(),
      missing_values: z.boolean().optional(),
      measures: z.array(z.string()).optional(),
      class_names: z.array(z.string()).optional(),
    })
    .optional(),
});
export type TensorMetadata = Readonly<z.infer<typeof tensorMetadata>>;
export type ModelMetadata = Readonly<z.infer<typeof modelMetadata>>;

/** NaN, which JSON has no word for. */
const missing = z.null().transform(() => Number.NaN);

/**
 * Answer of `POST /v2/models/{name}/infer`. Data is flat, in row-major order. INT64 and UINT64 are JSON numbers where
 * these are exact, and text where they are not (beyond 2^53 - 1).
 */
export const inferResponse = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(
    z.object({
      name: z.string(),
      datatype: z.enum(DATATYPES),
      shape: z.array(z.int().min(0)),
      /**
       * `null` is NaN, and numbers beyond a double are infinities, where the endpoint's `nonFinite` lets them through.
       */
      data: z.array(z.union([z.number(), z.literal([Infinity, -Infinity]), z.string(), z.boolean(), missing])),
    }),
  ),
});
export type InferResponse = Readonly<z.infer<typeof inferResponse>>;

/** Why a server has no model to answer with; in the `code` of a 503. */
export const NOT_READY_CODES = [
  'NoModel',
  'ModelLoading',
  'ModelDownloadFailed',
  'ModelTooLarge',
  'Sha256Mismatch',
  'ExternalData',
  'ModelUnloadable',
  'UnsupportedModel',
] as const;
export type NotReadyCode = (typeof NOT_READY_CODES)[number];

/** What the caller did wrong; in the `code` of a 4xx. `AnswerTooLarge` is a 413 where fewer rows would do. */
export const REQUEST_ERROR_CODES = [
  'InvalidEvent',
  'NotFound',
  'MethodNotAllowed',
  'BodyTooLarge',
  'UnsupportedEncoding',
  'InvalidJson',
  'InvalidInput',
  'InputOverflow',
  'ValueMissing',
  'AnswerTooLarge',
  'FeedbackOff',
] as const;
export type RequestErrorCode = (typeof REQUEST_ERROR_CODES)[number];

/**
 * The model ran and its answer cannot be given; in the `code` of a 500. `AnswerTooLarge` is one for a single row alone.
 */
export const MODEL_ERROR_CODES = ['ModelFailed', 'NonFiniteOutput', 'AnswerTooLarge'] as const;
export type ModelErrorCode = (typeof MODEL_ERROR_CODES)[number];

/** Body of every answer that is no success. `error` is a sentence, `field` names the part of the request at fault. */
export const errorBody = z.object({
  error: z.string(),
  code: z.enum([...NOT_READY_CODES, ...REQUEST_ERROR_CODES, ...MODEL_ERROR_CODES, ...FEEDBACK_ERROR_CODES]),
  field: z.string().optional(),
  /**
   * Lambda's id of the request, under which the endpoint's log says more. @default absent from an older server's answer
   */
  requestId: z.string().optional(),
});
export type ErrorBody = Readonly<z.infer<typeof errorBody>>;

/**
 * Header of a request or answer whose tensors' bytes follow its JSON: how many bytes the JSON has.
 * https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/extension_binary_data.md
 */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

/** Headers on every answer: who answered. Lower case, as Lambda sends them on. */
export const ANSWERED_BY = {
  /** `context.functionVersion`, such as `7`. */
  version: 'x-greenlight-version',
  /** First 12 hex digits of the model's sha256, or `none`. */
  model: 'x-greenlight-model',
  endpoint: 'x-greenlight-endpoint',
} as const;

/**
 * `POST` to this path fails as a model fails: answered 500, and counted under the version's own dimensions. The
 * built-in model server knows it for direct calls of a version only, so that no caller of the endpoint can make it
 * fail.
 */
export const SELF_TEST_PATH = '/v2/health/fail-on-purpose';
