import type { GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import { gunzipSync } from 'node:zlib';
import type { AwsError } from '../../simulator/service';
import type { HttpAnswer, AwsRequest, RequestLine } from './exchange';

const TARGET = /^GraniteServiceVersion20100801\.(\w+)$/;
const JSON_TYPE = 'application/x-amz-json-1.0';

/** The CloudWatch operation that a request asks for, in the JSON protocol, which AWS's SDKs for JavaScript speak. */
export const metricOperation = ({ headers }: RequestLine): string | undefined =>
  TARGET.exec(String(headers['x-amz-target'] ?? ''))?.[1];

/** The input of an operation. Times are seconds since 1970 on the wire. SDKs compress large bodies. */
export function decodeInput({ headers, body }: AwsRequest): Record<string, unknown> {
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  return JSON.parse(text.toString()) as Record<string, unknown>;
}

export const dateOf = (seconds: unknown): Date | undefined =>
  typeof seconds === 'number' ? new Date(seconds * 1000) : undefined;

/** An answer of the emulator, as the SDK would read it. */
export const decodeOutput = ({ body }: HttpAnswer): GetMetricDataOutput => {
  const output = JSON.parse(body.toString()) as GetMetricDataOutput & {
    MetricDataResults?: { Timestamps?: unknown[] }[];
  };
  const results = (output.MetricDataResults ?? []).map((result) => ({
    ...result,
    Timestamps: (result.Timestamps ?? []).map((at) => dateOf(at) ?? new Date(String(at))),
  }));
  return { ...output, MetricDataResults: results };
};

/** An output as the wire carries it. */
export function encodeOutput(output: object): HttpAnswer {
  const body = JSON.stringify(timesInSeconds(output));
  return { status: 200, headers: { 'content-type': JSON_TYPE }, body: Buffer.from(body) };
}

function timesInSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(timesInSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, timesInSeconds(member)]));
}

/** An error by its AWS name. */
export function encodeError(error: AwsError): HttpAnswer {
  const { httpStatusCode: status } = error.$metadata;
  const fault = status < 500 ? 'Sender' : 'Receiver';
  const headers = { 'content-type': JSON_TYPE, 'x-amzn-query-error': `${error.name};${fault}` };
  return { status, headers, body: Buffer.from(JSON.stringify({ __type: error.name, message: error.message })) };
}
