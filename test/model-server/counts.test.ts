import { errorBody } from '../../lambdas/contract/inference-protocol';
import { inferRequest, parseDataSet } from '../../lambdas/contract/golden-set';
import { OTHER_CLASS_INDEX } from '../../lambdas/contract/metric-names';
import { byVersion, digits, fixture, input, serve, throughLive } from './serve';

const live = parseDataSet(digits('live-traffic.json'));
const dense = live.requests.findIndex(
  ({ inputs }) => inputs[0]!.data.reduce<number>((sum, value) => sum + Number(value), 0) > 360,
);
const sparse = live.requests.findIndex(
  ({ inputs }) => inputs[0]!.data.reduce<number>((sum, value) => sum + Number(value), 0) <= 360,
);
const x = (...rows: readonly number[][]) => input('x', 'FP32', [rows.length, 2], rows.flat());

describe('a model that fails', () => {
  it('is a 500 for the request that it fails, and serves the next one', async () => {
    const { infer, counts, lines } = serve(digits('throws-on-dense.onnx'));
    const reply = await infer(inferRequest(live, dense));
    expect(reply.statusCode).toBe(500);
    expect(errorBody.parse(reply.json)).toMatchObject({ code: 'ModelFailed' });
    expect(reply.headers['x-greenlight-version']).toBe('7');
    expect((await infer(inferRequest(live, sparse))).statusCode).toBe(200);
    expect(counts.map((count) => count.outcome)).toEqual(['model-error', 'answered']);
    expect(counts[0]?.answers).toEqual({});
    expect(lines.filter((line) => line.level === 'warn')).toEqual([
      {
        level: 'warn',
        message: 'Request failed',
        fields: expect.objectContaining({ code: 'ModelFailed', status: 500, requestId: 'r-1' }) as object,
      },
    ]);
  });

  it('is counted once under one id of Lambda, which delivers some invocations twice, whatever becomes of each', async () => {
    const { infer, counts, others } = serve(digits('throws-on-dense.onnx'));
    const same = { ...throughLive, awsRequestId: 'delivered-twice' };
    for (const row of [dense, dense, sparse]) await infer(inferRequest(live, row), same);
    expect(counts.map((count) => count.outcome)).toEqual(['model-error']);
    // They are invocations all the same.
    expect(others).toHaveLength(2);
  });

  it('is counted as often as it is sent, under whatever id and contents its caller chooses', async () => {
    const { infer, counts } = serve(digits('throws-on-dense.onnx'));
    for (let sent = 0; sent < 3; sent += 1) await infer({ id: 'again', ...inferRequest(live, dense) });
    expect(counts.map((count) => count.outcome)).toEqual(['model-error', 'model-error', 'model-error']);
  });

  it('is counted again when an environment has forgotten the id, after a thousand others', async () => {
    const { infer, counts } = serve(digits('throws-on-dense.onnx'));
    const ask = (awsRequestId: string) => infer(inferRequest(live, sparse), { ...throughLive, awsRequestId });
    await ask('first');
    for (let other = 1; other < 1_000; other += 1) await ask(`other-${other}`);
    await ask('first');
    expect(counts).toHaveLength(1_000);
    await ask('one-more');
    await ask('first');
    expect(counts).toHaveLength(1_002);
  });

  it('is a 500 that names the output when it answers NaN, also where that output was not asked for', async () => {
    const { infer, counts } = serve(digits('nan-on-dense.onnx'));
    const reply = await infer({ ...inferRequest(live, dense), outputs: [{ name: 'label' }] });
    expect(reply.statusCode).toBe(500);
    expect(errorBody.parse(reply.json)).toMatchObject({
      code: 'NonFiniteOutput',
      error: 'Output "probabilities" holds NaN at index 0.',
    });
    expect(counts.map((count) => count.outcome)).toEqual(['non-finite-output']);
    expect((await infer(inferRequest(live, sparse))).statusCode).toBe(200);
  });

  it('is a 500 for an infinity too, in whichever row', async () => {
    const { infer, counts } = serve(fixture('nan.onnx'));
    const reply = await infer(input('x', 'FP32', [3, 1], [1, 2, 0]));
    expect(errorBody.parse(reply.json).error).toBe(
      'Output "score" holds -Infinity at index 2; where infinities are right, set the endpoint\'s nonFinite to ' +
        "'infinities-allowed'.",
    );
    expect((await infer(input('x', 'FP32', [1, 1], [1]))).statusCode).toBe(200);
    expect(counts.map(({ answers }) => Object.keys(answers))).toEqual([[], ['S']]);
  });

  it('counts against the model when the answer is more than Lambda can carry', async () => {
    const { infer, counts } = serve(fixture('wide.onnx'));
    const reply = await infer(input('x', 'FP32', [1, 1], [0.123456789]));
    expect(reply.statusCode).toBe(500);
    expect(errorBody.parse(reply.json)).toMatchObject({ code: 'AnswerTooLarge' });
    expect(counts[0]?.outcome).toBe('model-error');
    expect((await infer(input('x', 'FP32', [1, 1], [5]))).statusCode).toBe(200); // 700,000 digits fit
  });

  it('counts against the model when it is not there', async () => {
    const { infer, call, counts } = serve(digits('truncated.onnx'));
    expect((await infer(inferRequest(live, 0))).statusCode).toBe(503);
    await call('GET', '/v2/health/ready');
    expect(counts.map((count) => count.outcome)).toEqual(['model-error']);
  });
});

describe('what is counted', () => {
  it('is one record per request through the live alias, stamped with its arrival', async () => {
    let clock = 5_000;
    const { infer, counts } = serve(digits('v1-baseline.onnx'), {}, { now: () => (clock += 10) });
    await infer(inferRequest(live, 0));
    const first = counts[0]!;
    expect(first).toEqual({
      endpoint: 'digits',
      version: '7',
      at: 5_010,
      outcome: 'answered',
      answers: { A: [live.labels?.[0]] },
    });
  });

  it('is nothing for what testers send through the preview, also where the model fails', async () => {
    const { infer, counts } = serve(digits('throws-on-dense.onnx'));
    const invokedFunctionArn = throughLive.invokedFunctionArn.replace(':live', ':preview');
    for (const row of [dense, sparse]) await infer(inferRequest(live, row), { ...throughLive, invokedFunctionArn });
    expect(counts).toEqual([]);
  });

  it('is nothing for requests that call the version itself, whether they succeed or fail', async () => {
    const { infer, counts } = serve(digits('throws-on-dense.onnx'));
    for (const row of [dense, sparse]) await infer(inferRequest(live, row), byVersion);
    for (const name of ['live', 'f:not-live', 'f:live:1']) {
      const invokedFunctionArn = `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
      await infer(inferRequest(live, sparse), { ...throughLive, invokedFunctionArn });
    }
    expect(counts).toEqual([]);
  });

  it('is nothing for a caller who was at fault, or who asked for something else', async () => {
    const { infer, call, counts } = serve(digits('v1-baseline.onnx'));
    await infer('{}');
    await infer({ inputs: [] });
    await call('POST', '/v2/models/other/infer', inferRequest(live, 0));
    await call('GET', '/v2/models/m');
    expect(counts).toEqual([]);
  });

  it('is the class of the first hundred rows of a batch', async () => {
    const { infer, counts } = serve(digits('v1-baseline.onnx'));
    const rows = live.requests.slice(0, 120).map(({ inputs }) => inputs[0]!.data);
    const reply = await infer(input('pixels', 'FP32', [120, 64], rows.flat()));
    const labels = (reply.json['outputs'] as { data: number[] }[])[0]!.data;
    expect(counts[0]?.answers['A'] ?? []).toEqual(labels.slice(0, 100));
  });

  it.each<[string, string, Parameters<typeof serve>[1], readonly number[]]>([
    ['the largest score of a model without labels', 'scores-only.onnx', {}, [0, 1, 2]],
    [
      'the place of a text label among the class names',
      'string-labels.onnx',
      { classNames: ['owl', 'dog', 'cat'] },
      [2, 1, 0],
    ],
    [
      '"other" for a text label that is not among them',
      'string-labels.onnx',
      { classNames: ['cat', 'dog'] },
      [0, 1, 2],
    ],
    ['the largest score where text labels have no order', 'string-labels.onnx', {}, [0, 1, 2]],
    ['the largest probability of a map of scikit-learn’s', 'zipmap.onnx', {}, [0, 1, 2]],
    [
      "the place among the model's own labels where the settings name these",
      'string-labels.onnx',
      { predictionOutput: 'label' },
      [0, 1, 2],
    ],
    ['"other" for a negative label', 'negative-labels.onnx', {}, [OTHER_CLASS_INDEX, 0, 7]],
    [
      'the place of a number among names that are numbers',
      'negative-labels.onnx',
      { classNames: ['-1', '0', '7'] },
      [0, 1, 2],
    ],
    [
      '"other" for a label beyond names that are words',
      'negative-labels.onnx',
      { classNames: ['zero', 'one'] },
      [2, 0, 2],
    ],
    ['the output that the settings name', 'negative-labels.onnx', { predictionOutput: 'scores' }, [0, 1, 2]],
  ])('is %s', async (_, file, settings, classes) => {
    const { infer, counts } = serve(fixture(file), settings);
    expect((await infer(x([5, 1], [1, 5], [-5, -5]))).statusCode).toBe(200);
    expect(counts[0]?.answers['A'] ?? []).toEqual(classes);
  });
});

describe('a bug of the server itself', () => {
  const bug = new TypeError('boom');

  it('is thrown to Lambda and logged, so that it counts as an error', async () => {
    const { server, lines, counts } = serve(digits('v1-baseline.onnx'));
    const event = {
      get rawPath(): string {
        throw bug;
      },
    };
    await expect(server.handle(event, throughLive)).rejects.toMatchObject({ name: 'ModelServerBug' });
    expect(lines.map(({ level, fields }) => ({ level, error: fields['error'] }))).toEqual([
      { level: 'error', error: bug },
    ]);
    expect(counts).toEqual([]);
  });

  it('that stops the load is thrown to every request, and is no unhandled rejection', async () => {
    const model = {
      key: 'k',
      versionId: 'v',
      sha256: 'ab'.repeat(32),
      get bucket(): string {
        throw bug;
      },
    };
    const { server, infer } = serve(digits('v1-baseline.onnx'), { model });
    await server.load();
    await expect(infer(inferRequest(live, 0))).rejects.toMatchObject({ name: 'ModelServerBug' });
    await expect(infer(inferRequest(live, 0))).rejects.toMatchObject({ name: 'ModelServerBug' });
  });
});
