import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { EndpointAnswer } from '../../lambdas/adapters/lambda/endpoint-calls';
import { parseDataSet } from '../../lambdas/contract/golden-set';
import { type InferRequest, type ModelMetadata, modelMetadata } from '../../lambdas/contract/inference-protocol';
import { answerGoldenSet } from '../../lambdas/steps/verification/answer-golden-set';
import { checkMissingValues } from '../../lambdas/steps/verification/missing-values';
import { byVersion, fixture, serve } from '../model-server/serve';
import { verificationState } from './verification-state';

/*
 * Blue imputes what is missing, and says so; green has lost that. Answered by the real model server.
 */
const answered = (status: number, body: unknown): EndpointAnswer => ({ kind: 'answered', status, body, durationMs: 1 });
type Answers = (request: InferRequest) => EndpointAnswer | Promise<EndpointAnswer>;
const server = (file: string) => {
  const { call } = serve(fixture(file), { modelName: 'digits' });
  const answers: Answers = async (request) => {
    const { statusCode, json } = await call('POST', '/v2/models/digits/infer', request, byVersion);
    return answered(statusCode, json);
  };
  const metadata = async () => modelMetadata.parse((await call('GET', '/v2/models/digits')).json);
  return { answers, metadata };
};
const imputer = server('field/imputer.onnx');
const missing = ({ inputs }: InferRequest) => inputs.flatMap(({ data }) => data).filter((value) => value === null);
const good = answered(200, { model_name: 'digits', model_version: '2', outputs: [] });
const refused = answered(400, { error: 'x is null, and the model takes no missing value there', code: 'ValueMissing' });

async function check(green: Answers, blue = imputer.answers, told?: ModelMetadata, plan = {}) {
  let calls = 0;
  const ports = {
    clock: { now: () => 0, sleep: () => new Promise<void>(() => undefined) },
    endpointCalls: {
      callVersionWithLog: () => Promise.reject(new Error('no log is read')),
      callVersion: async (_: string, version: string, { body }: { readonly body?: unknown }) => {
        calls += 1;
        return (version === '1' ? blue : green)(body as InferRequest);
      },
    },
  };
  await checkMissingValues(ports, verificationState({}, plan), '2', told ?? (await imputer.metadata()));
  return calls;
}
const lost: Answers = (request) => (missing(request).length > 0 ? refused : good);

it('is refused, with what to do', async () => {
  await expect(check(lost)).rejects.toThrow(
    'missing values: version 2 refuses a null that blue (version 1) answers: x is null, and the model takes no ' +
      'missing value there. Was its imputer lost? "force": true rolls it out all the same',
  );
});

it('is refused where blue takes one value of a row missing, and not all of them', async () => {
  const one: Answers = (request) => (missing(request).length > 1 ? refused : good);
  await expect(check(lost, one)).rejects.toMatchObject({ name: 'ModelRejected' });
});

it.each([
  ['green takes what blue takes', imputer.answers, imputer.answers],
  ['blue refuses every missing value itself', lost, lost],
])('is let through where %s', async (_, green, blue) => {
  expect(await check(green, blue)).toBeGreaterThan(0);
});

it('is not asked where it is forced, nor where blue has no way for missing values', async () => {
  expect(await check(lost, imputer.answers, undefined, { force: true })).toBe(0);
  const { metadata } = server('regression.onnx');
  expect((await metadata()).parameters?.missing_values).toBeUndefined();
  expect(await check(lost, imputer.answers, await metadata())).toBe(0);
});

it('is told of a golden row that green alone refuses: it is the model, not the set', async () => {
  const set = { name: 'g', inputName: 'X', datatype: 'FP32', shape: [1, 4], data: [[null, 1, 2, 3]], labels: [0] };
  const goldenSet = parseDataSet(JSON.stringify(set));
  const ask = (blue: Answers) => {
    const call = (_: string, version: string) =>
      (version === '1' ? blue : lost)({
        inputs: [{ name: 'X', datatype: 'FP32', shape: [1, 4], data: [null, 1, 2, 3] }],
      });
    const ports = {
      clock: { now: () => 0, sleep: () => new Promise<void>(() => undefined) },
      endpointCalls: {
        callVersion: async (...asked: [string, string, unknown]) => call(asked[0], asked[1]),
        callVersionWithLog: () => Promise.reject(new Error('no log')),
      },
    };
    return answerGoldenSet(ports, verificationState(), '2', goldenSet);
  };
  await expect(ask(imputer.answers)).rejects.toMatchObject({
    name: 'ModelRejected',
    message: expect.stringMatching(
      /^golden set row 0: green refuses what blue \(version 1\) answers: x is null/,
    ) as string,
  });
  await expect(ask(lost)).rejects.toMatchObject({ name: 'GoldenSetInvalid' });
});

describe('where the input is as large as a picture', () => {
  const picture = (pixels: number): ModelMetadata => ({
    name: 'digits',
    versions: ['1'],
    platform: 'onnx',
    parameters: { missing_values: true },
    inputs: [{ name: 'image', datatype: 'FP32', shape: [-1, 3, pixels, pixels] }],
    outputs: [],
  });

  it('holds a few of the requests at once, never all of them', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held = () => {
      collect();
      return process.memoryUsage().heapUsed / 1e6;
    };
    // 150,528 values of 8 bytes, asked 123 times, would be 148 MB.
    const before = held();
    let most = 0;
    let asked = 0;
    const green: Answers = () => {
      if (asked % 30 === 0) most = Math.max(most, held());
      asked += 1;
      return good;
    };
    await check(green, () => good, picture(224));
    expect(asked).toBe(123);
    expect(most - before).toBeLessThan(100);
  });

  it('sends nothing that is larger than Lambda takes', async () => {
    let [largest, calls] = [0, 0];
    const refusing: Answers = (request) => {
      calls += 1;
      // As Lambda gets it: text within JSON.
      largest = Math.max(largest, Buffer.byteLength(JSON.stringify(JSON.stringify(request))));
      return refused;
    };
    // 1,228,800 values: zeros are 2.5 MB, `null` in place of each 6.1 MB.
    // Green is refused for its first answers: each of these requests is slow to make.
    await expect(check(refusing, () => good, picture(640))).rejects.toMatchObject({ name: 'ModelRejected' });
    expect(calls).toBeGreaterThan(0);
    expect(largest).toBeLessThan(6_000_000);
  });
});
