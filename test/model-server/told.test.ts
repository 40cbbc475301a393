import { MODEL_ERROR_CODES, NOT_READY_CODES } from '../../lambdas/contract/inference-protocol';
import type { ModelSource } from '../../lambdas/adapters/s3/model-source';
import { asked, image, memoryStore } from './feedback-stage';
import { byVersion, digits, envFor, fixture, input, serve, throughLive, type ServedModel } from './serve';

const baseline = digits('v1-baseline.onnx');
/** What SDKs and libraries put into their messages. */
const SDK = `AccessDenied: User: arn:aws:sts::123456789012:assumed-role/Server/digits is not authorized to perform
  s3:GetObject on "arn:aws:s3:::secret-bucket/models/digits/m.onnx" (/var/task/index.js:12:34)`;
const refusing = (message: string): ModelSource => ({ open: () => Promise.reject(new Error(message)) });
const hanging: ModelSource = { open: () => new Promise(() => undefined) };

/** A server that cannot answer for each reason that there is, and what is asked of it. */
const FAILURES: Readonly<Record<string, () => readonly [ServedModel, unknown?]>> = {
  NoModel: () => [serve(undefined)],
  ModelLoading: () => [serve(baseline, {}, { source: hanging })],
  ModelDownloadFailed: () => [serve(baseline, {}, { source: refusing(SDK) })],
  ModelTooLarge: () => [serve(digits('v2-better.onnx'), { maxModelMegabytes: 0 })],
  Sha256Mismatch: () => [serve(baseline, { model: { ...envFor(baseline).model!, sha256: 'ab'.repeat(32) } })],
  ExternalData: () => [serve(fixture('external-attribute.onnx'))],
  ModelUnloadable: () => [serve(digits('truncated.onnx'))],
  UnsupportedModel: () => [serve(baseline, { predictionOutput: 'class' })],
  ModelFailed: () => [serve(digits('throws-on-dense.onnx')), dense()],
  NonFiniteOutput: () => [serve(digits('nan-on-dense.onnx')), dense()],
  AnswerTooLarge: () => [serve(fixture('wide.onnx')), input('x', 'FP32', [1, 1], [0.123456789])],
};
const dense = () => input('pixels', 'FP32', [1, 64], new Array(64).fill(16));

/** Names of buckets, objects, versions of objects and accounts, hashes, and files of ours or of a library. */
const FORBIDDEN =
  /s3:\/\/|secret-bucket|models\/digits|\bm\.onnx|versionId|[0-9a-f]{64}|arn:|\d{12}|\/var\/task|\/onnxruntime|\/[a-z_]+\/[a-z_]+\.(cc|cpp|h|js|ts)\b|\.(cc|js|ts):\d|node_modules|assumed-role|\n +at /;
const told = (reply: { readonly body: string; readonly headers: object }) =>
  `${reply.body}\n${JSON.stringify({ ...reply.headers, 'x-greenlight-request-id': '' })}`;

it('has a case for every code', () => {
  expect(Object.keys(FAILURES).sort()).toEqual([...NOT_READY_CODES, ...MODEL_ERROR_CODES].sort());
});

describe.each(Object.keys(FAILURES))('%s', (code) => {
  const remaining = code === 'ModelLoading' ? { getRemainingTimeInMillis: () => 600 } : {};
  const ask = async ([served, body]: readonly [ServedModel, unknown?], context: typeof throughLive) =>
    served.infer(body ?? image(), { ...context, ...remaining, awsRequestId: 'r-told' });

  it('is told to callers without a word of where things are, and the log has the reason under the same id', async () => {
    const failing = FAILURES[code]!();
    const reply = await ask(failing, throughLive);
    expect(reply.json).toMatchObject({
      code,
      requestId: 'r-told',
      error: expect.stringMatching(/^[A-Z].*\.$/) as string,
    });
    expect(told(reply)).not.toMatch(FORBIDDEN);
    const logged = failing[0].lines.find(({ message }) => /^Request (failed|refused)$/.test(message));
    expect(logged?.fields).toMatchObject({ code, requestId: 'r-told' });
  });

  it('is told whole to a test of the version, so that a rollout can say it', async () => {
    const failing = FAILURES[code]!();
    const reply = await ask(failing, byVersion);
    const logged = failing[0].lines.find(({ message }) => message === 'Request failed');
    if (logged !== undefined) expect(reply.json['error']).toBe(logged.fields['reason']);
  });
});

it('says of what S3 said nothing, and of a label that S3 did not take nothing either', async () => {
  const [failing] = FAILURES['ModelDownloadFailed']!();
  expect((await failing.infer(image(), byVersion)).json['error']).toContain('secret-bucket');
  expect((await failing.infer(image())).json['error']).toBe('The model could not be read from where it is stored.');

  const { store } = memoryStore();
  const state = { down: false };
  const served = serve(
    baseline,
    {},
    {
      labels: { keepFirst: async (...all) => (state.down ? Promise.reject(new Error(SDK)) : store.keepFirst(...all)) },
    },
  );
  const { id } = await asked(served);
  state.down = true;
  const single = await served.call('POST', '/v2/models/m/feedback', { requestId: id, label: 1 });
  const list = await served.call('POST', '/v2/models/m/feedback', { feedback: [{ requestId: id, label: 1 }] });
  for (const reply of [single, list]) {
    expect(reply).toMatchObject({ statusCode: 503, json: { requestId: expect.stringMatching(/^r-\d+$/) as string } });
    expect(told(reply)).not.toMatch(FORBIDDEN);
  }
  expect(JSON.stringify(served.lines)).toContain('secret-bucket');
});

it('tells callers no file and no stack of a bug, which Lambda hands on as it is thrown', async () => {
  const served = serve(
    baseline,
    {},
    {
      capture: () => {
        throw new TypeError(SDK);
      },
    },
  );
  const thrown: unknown = await served.infer(image()).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: 'ModelServerBug' });
  const { message, stack, cause } = thrown as Error;
  expect([message, stack, cause].join('\n')).not.toMatch(FORBIDDEN);
  expect(message).toContain('r-1');
  expect(served.lines.find(({ level }) => level === 'error')?.fields).toMatchObject({
    requestId: expect.stringMatching(/^r-\d+$/) as string,
  });
});

it('tells callers of their own mistakes with the id and without a word of where things are', async () => {
  const served = serve(baseline, {}, { labels: memoryStore().store });
  const replies = await Promise.all([
    served.infer('no json'),
    served.infer({ inputs: [] }),
    served.infer(input('pixels', 'FP32', [1, 3], [1, 2, 3])),
    served.call('GET', '/v2/models/other'),
    served.call('DELETE', '/v2/models/m'),
    served.call('GET', '/nothing/here'),
    served.call('POST', '/v2/health/fail-on-purpose'),
    served.call('POST', '/v2/models/m/feedback', { requestId: 'x', label: 1 }),
    served.call('POST', '/v2/models/m/feedback', { feedback: 7 }),
  ]);
  for (const reply of replies) {
    expect(reply.statusCode).toBeGreaterThanOrEqual(400);
    expect(reply.statusCode).toBeLessThan(500);
    expect(reply.json).toMatchObject({ requestId: expect.stringMatching(/^r-\d+$/) as string });
    expect(told(reply)).not.toMatch(FORBIDDEN);
  }
});
