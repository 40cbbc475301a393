/** @jest-environment ./test/onnx-environment.js */
import type { EndpointAnswer } from '../../lambdas/adapters/lambda/endpoint-calls';
import { parseDataSet } from '../../lambdas/contract/golden-set';
import { type InferRequest, type ModelMetadata, modelMetadata } from '../../lambdas/contract/inference-protocol';
import { answerGoldenSet } from '../../lambdas/steps/verification/answer-golden-set';
import { checkMissingValues } from '../../lambdas/steps/verify-green';
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
    'missing values: version 2 refuses a null that blue (version 1) answers: x is null, and the model takes no missing value there. Was its imputer lost? "force": true rolls it out all the same',
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
  const goldenSet = parseDataSet(JSON.stringify(set), { labels: 'required' });
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
