/**
 * A hook that asks green itself before any user does: the whole Lambda function (Node.js 20 or newer; the SDK is in
 * Lambda's runtime). Its role needs lambda:InvokeFunction on the endpoint's function and its versions.
 *
 * REQUESTS a JSON array of bodies of the inference protocol:
 * [{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]}] MAX_MS the longest that an answer may take:
 * 1000
 */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

const lambda = new LambdaClient({});

export const handler = async (event) => {
  const { REQUESTS = '', MAX_MS = '1000' } = process.env;
  const requests = JSON.parse(REQUESTS);
  const limit = Number(MAX_MS);
  if (!Array.isArray(requests) || requests.length === 0 || !Number.isFinite(limit))
    throw new Error('REQUESTS must be a JSON array of requests, and MAX_MS a number');
  const failures = [];
  let slowest = 0;
  for (const [index, request] of requests.entries()) {
    const asked = {
      rawPath: `/v2/models/${event.endpoint}/infer`,
      requestContext: { http: { method: 'POST' } },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    };
    const began = Date.now();
    // By its own ARN: that is this version, whatever an alias says by now.
    const answer = await lambda.send(
      new InvokeCommand({ FunctionName: event.green.functionArn, Payload: JSON.stringify(asked) }),
    );
    // The first request waits for the environment that answers it.
    if (index > 0) slowest = Math.max(slowest, Date.now() - began);
    const { statusCode, body, errorMessage } = JSON.parse(Buffer.from(answer.Payload).toString());
    if (statusCode !== 200) failures.push(`request ${index}: ${errorMessage ?? `${statusCode} ${body}`}`.slice(0, 200));
  }
  const numbers = [
    { name: 'failing requests', value: failures.length, limit: 0 },
    { name: 'slowest answer', value: slowest, limit, unit: 'ms' },
  ];
  if (failures.length > 0) return { verdict: 'fail', reason: failures[0], numbers };
  return slowest > limit
    ? { verdict: 'fail', reason: `an answer took ${slowest} ms`, numbers }
    : { verdict: 'pass', reason: `green answers all ${requests.length} requests`, numbers };
};
