import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { checkGoldenSet } from '../../lambdas/steps/verification/check-golden-set';
import { byVersion, fixture, serve } from '../model-server/serve';
import { verificationState } from './verification-state';

/*
 * Models that are no single table of numbers: each is held to a golden set, answered by the real model server.
 */
async function held(
  file: string,
  golden: object,
  settings: Partial<EndpointSettingsInput> = {},
  key = 'golden/g.json',
) {
  const { call } = serve(fixture(file), { modelName: 'digits' });
  const ports = {
    clock: { now: () => 0, sleep: () => new Promise<void>(() => undefined) },
    models: {
      bucket: 'b',
      readBytes: async () => ({ bytes: Buffer.from(JSON.stringify({ name: 'g', ...golden })), versionId: 'v' }),
    },
    endpointCalls: {
      callVersionWithLog: () => Promise.reject(new Error('no log is read')),
      callVersion: async (_: string, __: string, { body }: { readonly body?: unknown }) => {
        const { statusCode, json } = await call('POST', '/v2/models/digits/infer', body, byVersion);
        return { kind: 'answered', status: statusCode, body: json, durationMs: 1 } as const;
      },
    },
  };
  const state = verificationState({ goldenSet: { key }, ...settings });
  return checkGoldenSet(ports as never, state, '2');
}

const input = (name: string, datatype: string, shape: readonly number[], data: readonly unknown[]) => ({
  ...{ name, datatype, shape, data },
});

it('columns of numbers and text, as a data frame has them', async () => {
  const found = await held('field/columns.onnx', {
    inputs: [
      input('age', 'FP32', [4, 1], [41, 20, 35, 60]),
      input('city', 'BYTES', [4, 1], ['Oslo', 'Bergen', 'Oslo', '?']),
    ],
    labels: [true, false, null, 1],
  });
  expect(found?.understood).toMatchObject({
    task: 'classification',
    inputs: ['age (FP32)', 'city (BYTES)'],
    outputs: ['label', 'probabilities'],
  });
  expect(found?.numbers).toMatchObject({ rows: 4, goldenAccuracy: expect.any(Number) as number });
  expect(found?.numbers.goldenWarnings).toContain('1 row without a label is not compared');
});

it('values that are missing on purpose', async () => {
  const found = await held('field/imputer.onnx', {
    requests: [
      { inputs: [input('X', 'FP32', [1, 4], [null, 1, 2, 3])], label: 0 },
      {
        inputs: [
          input(
            'X',
            'FP32',
            [2, 4],
            [
              [0, null, null, 1],
              [3, 2, 1, 0],
            ],
          ),
        ],
        labels: [1, 0],
      },
    ],
  });
  expect(found?.numbers.rows).toBe(3);
  expect(found?.understood.task).toBe('classification');
});

it.each([
  ['a fixed batch of four', [{ inputs: [input('x', 'FP32', [4, 3], new Array(12).fill(1))], labels: [0, 1, 2, 0] }], 4],
  [
    'two of them',
    new Array(2).fill({ inputs: [input('x', 'FP32', [4, 3], new Array(12).fill(2))], labels: [0, 1, 2, 0] }),
    8,
  ],
])('%s', async (_, requests, rows) => {
  const found = await held('field/fixed-batch-4.onnx', { requests }, { task: 'classification' });
  expect(found?.numbers.rows).toBe(rows);
});

it('a model without a batch: one label is one question', async () => {
  const request = { inputs: [input('x', 'FP32', [3], [1, 2, 3])], label: 2 };
  const found = await held('field/no-batch.onnx', { requests: [request] }, { task: 'classification' });
  expect(found?.numbers).toMatchObject({ rows: 1, goldenAccuracy: 1 });
});

it('an answer that is one number without a shape', async () => {
  const requests = [1, 2].map((one) => ({ inputs: [input('x', 'FP32', [1, 3], [one, 0, 0.5])], label: one + 0.5 }));
  const found = await held('field/scalar-out.onnx', { requests });
  expect(found?.understood.task).toBe('regression');
  expect(found?.numbers.goldenError).toEqual(expect.any(Number));
});

it('as many detections as there are', async () => {
  const requests = [
    { inputs: [input('x', 'FP32', [1, 3], [1, 0, 1])], label: [0, 0, 0, 2] },
    { inputs: [input('x', 'FP32', [1, 3], [0, 0, 0])], label: [] },
    { inputs: [input('x', 'FP32', [1, 3], [0, 1, 0])] },
  ];
  expect((await held('field/nonzero.onnx', { requests }))?.understood.task).toBe('detection');
});

it('a past that is empty at first', async () => {
  const request = (past: number) => ({
    inputs: [input('past', 'FP32', [1, past, 2], new Array(past * 2).fill(1)), input('x', 'FP32', [1, 1, 2], [1, 2])],
    label: new Array(past * 2 + 2).fill(1),
  });
  expect((await held('field/empty-past.onnx', { requests: [request(0), request(2)] }))?.numbers.rows).toBe(2);
});

it('halves, and integers beyond 2^53', async () => {
  const halves = { inputs: [input('x', 'FP16', [1, 2], [1, 2])], label: [1, 2] };
  expect((await held('field/fp16.onnx', { requests: [halves] }))?.understood.task).toBe('forecast');
  const echo = ['9007199254740993', '5'].map((label) => ({ inputs: [input('x', 'INT64', [1], [label])], label }));
  const found = await held('field/echo64.onnx', { requests: echo });
  expect(found?.numbers).toMatchObject({ rows: 2, goldenAccuracy: 1 });
});

it.each([
  ['field/name-0.onnx', 'serving_default_x:0'],
  ['field/name-3.onnx', 'constructor'],
])('inputs of odd names: %s', async (file, name) => {
  const found = await held(file, { requests: [{ inputs: [input(name, 'FP32', [1, 2], [1, 2])], label: [1, 2] }] });
  expect(found?.understood.inputs).toEqual([`${name} (FP32)`]);
});

it('the labels of a scikit-learn default export, by their own names', async () => {
  const rows = [
    [0, 0, 0, 0],
    [1, 1, 1, 1],
    [2, 0, 1, 3],
  ];
  const request = (data: readonly number[], label?: unknown) => ({ inputs: [input('X', 'FP32', [1, 4], data)], label });
  const found = await held('field/zipmap-text-blue.onnx', { requests: rows.map((row) => request(row, 'cat')) });
  expect(found?.understood).toMatchObject({ task: 'classification', why: 'the labels are text' });
});

describe('a set without labels', () => {
  const requests = [1, 2].map((one) => ({
    inputs: [input('age', 'FP32', [1, 1], [one]), input('city', 'BYTES', [1, 1], ['Oslo'])],
  }));

  it('shows that green answers, and says that it shows no more', async () => {
    const found = await held('field/columns.onnx', { requests });
    expect(found?.refusal).toBeUndefined();
    expect(found?.understood.task).toBe('classification');
    expect(found?.numbers.goldenWarnings).toEqual([
      expect.stringMatching(/^it has no labels: it shows that green answers/),
    ]);
  });

  it('is refused where a limit is set that labels alone can hold', () =>
    expect(held('field/columns.onnx', { requests }, { goldenSet: { key: 'g', minAccuracy: 0.9 } })).rejects.toThrow(
      'golden set "g" has no labels, which goldenSet.minAccuracy 0.9 is about',
    ));
});
