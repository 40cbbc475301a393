import type { Tensor } from 'onnxruntime-node';
import { JSON_LENGTH_HEADER } from '../../lambdas/contract/inference-protocol';
import type { Answer } from '../../lambdas/model-server/answer';
import { writeBinary, datatypeOf } from '../../lambdas/model-server/tensor-data';
import { event, jsonOf } from './serve';

export const bytesOfTensor = ({ type, data }: Tensor): Buffer => writeBinary(datatypeOf(type)!, data);

export interface SentInput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
}

export const floats = (...values: readonly number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);

/** The one input of the models that echo. */
export const one = (datatype: string, shape: readonly number[], bytes: Buffer): readonly SentInput[] => [
  { name: 'x', datatype, shape, bytes },
];

/** A function URL's event whose tensors are bytes behind its JSON, as Triton's clients send them. */
export function bytesEvent(
  inputs: readonly SentInput[],
  changes: {
    readonly request?: object;
    readonly headers?: Readonly<Record<string, string>>;
    readonly rest?: Buffer;
  } = {},
) {
  const json = Buffer.from(
    JSON.stringify({
      inputs: inputs.map(({ bytes, ...input }) => ({ ...input, parameters: { binary_data_size: bytes.length } })),
      ...changes.request,
    }),
  );
  const body = Buffer.concat([json, ...inputs.map(({ bytes }) => bytes), changes.rest ?? Buffer.alloc(0)]);
  return {
    ...event('POST', '/v2/models/m/infer'),
    headers: {
      'content-type': 'application/octet-stream',
      [JSON_LENGTH_HEADER]: String(json.length),
      ...changes.headers,
    },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}

/** The same of tensors. */
export const binaryEvent = (
  feeds: Readonly<Record<string, Tensor>>,
  { binaryAnswer }: { readonly binaryAnswer: boolean },
) =>
  bytesEvent(
    Object.entries(feeds).map(([name, tensor]) => ({
      name,
      datatype: datatypeOf(tensor.type)!,
      shape: tensor.dims,
      bytes: bytesOfTensor(tensor),
    })),
    { request: { parameters: { binary_data_output: binaryAnswer } } },
  );

/** The outputs of an answer in bytes. */
export function binaryOutputs(answer: Answer): readonly SentInput[] {
  const sent = Buffer.from(answer.body, 'base64');
  const { outputs } = jsonOf(answer) as {
    outputs: { name: string; datatype: string; shape: number[]; parameters: { binary_data_size: number } }[];
  };
  let at = Number(answer.headers[JSON_LENGTH_HEADER]);
  return outputs.map(({ name, datatype, shape, parameters }) => {
    at += parameters.binary_data_size;
    return { name, datatype, shape, bytes: sent.subarray(at - parameters.binary_data_size, at) };
  });
}
