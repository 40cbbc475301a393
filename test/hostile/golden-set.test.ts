import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { GoldenSetInvalid } from '../../lambdas/contract/errors';
import { DataSetInvalid, parseDataRequest } from '../../lambdas/contract/data-request';
import { inferRequest, parseDataSet } from '../../lambdas/contract/golden-set';
import { elementCount } from '../../lambdas/contract/datatypes';
import { readGoldenSet } from '../../lambdas/steps/verification/answer-golden-set';
import { verificationState } from '../steps/verification-state';
import { damaged, expectNamed, inJson, json, jsonText, MANY, outcomeOf, text } from './hostile';

const FIELDS = ['name', 'inputName', 'requests', 'inputs', 'label', 'datatype', 'shape', 'data', 'labels', 'task'];
const VALUES = [
  '"FP32"',
  '"INT64"',
  '"x"',
  '[1]',
  '[2,2]',
  '[1e400]',
  '[[1,2],[3,4]]',
  '["NaN"]',
  '"regression"',
  '[0,"a"]',
];
const WHOLE = {
  name: 'golden',
  inputName: 'x',
  datatype: 'FP32',
  shape: [2, 2],
  data: [
    [1, 2],
    [[3], [4]],
  ],
  labels: [0, 1],
  task: 'classification',
};
const FLAT = { ...WHOLE, datatype: 'INT64', shape: [2], data: [1, '9223372036854775807'], labels: ['a', 'b'] };

const REQUESTS = {
  name: 'golden',
  requests: [
    {
      inputs: [
        { name: 'age', datatype: 'FP32', shape: [1, 1], data: [null] },
        { name: 'city', datatype: 'BYTES', shape: [1, 1], data: [['Oslo']] },
      ],
      label: 1,
    },
    {
      inputs: [
        { name: 'age', datatype: 'FP32', shape: [2, 1], data: [4, 5] },
        { name: 'city', datatype: 'BYTES', shape: [2, 1], data: ['a', 'b'] },
      ],
      labels: [true, null],
    },
  ],
};
const COLUMNS = {
  name: 'golden',
  inputs: [
    { name: 'a', datatype: 'BOOL', shape: [2], data: [true, 0] },
    { name: 'b', datatype: 'FP64', shape: [2, -1], data: [[1], [2, null, 3]] },
  ],
  labels: [[0, 1], [0.5]],
};

const anyFile = fc.oneof(
  json(FIELDS, VALUES),
  damaged(WHOLE, FIELDS),
  damaged(FLAT, FIELDS),
  damaged(REQUESTS, FIELDS),
  damaged(COLUMNS, FIELDS),
);

/** What must be true of every set that is taken. */
function expectSound(set: ReturnType<typeof parseDataSet>): void {
  for (const [index, { inputs, rows, labels }] of set.requests.entries()) {
    expect(rows).toBeGreaterThan(0);
    for (const { shape, data } of inputs) expect(data).toHaveLength(elementCount(shape));
    if (labels) expect(labels).toHaveLength(rows);
    // What is sent is JSON, and says what was read.
    const sent = JSON.parse(JSON.stringify(inferRequest(set, index))) as unknown;
    expect(parseDataRequest(sent, 'row')).toMatchObject({ inputs: JSON.parse(JSON.stringify(inputs)) as unknown });
  }
  const rows = set.requests.reduce((sum, request) => sum + request.rows, 0);
  if (set.labels) expect(set.labels).toHaveLength(rows);
}

test('a file of any shape is a sound data set, or refused by field', () =>
  fc.assert(
    fc.asyncProperty(anyFile, async (file) => {
      const outcome = await outcomeOf(() => parseDataSet(file));
      if ('value' in outcome) return expectSound(outcome.value);
      expect(outcome.error).toBeInstanceOf(DataSetInvalid);
      expectNamed(outcome.error, 'DataSetInvalid');
      expect(outcome.error.message).toMatch(/^Data set: (the file|row \d+|input "|[a-zA-Z]+(\[\d+\])*)/);
    }),
    MANY,
  ));

test('text of any kind in the bucket is a golden set or GoldenSetInvalid, which names its key', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        jsonText(FIELDS, VALUES),
        text(),
        anyFile.map((one) => `${inJson(one)} `),
      ),
      fc.boolean(),
      async (content, packed) => {
        const models = { readBytes: async () => ({ bytes: packed ? gzipSync(content) : Buffer.from(content) }) };
        const state = verificationState({ goldenSet: { key: 'golden/digits.json' } });
        const outcome = await outcomeOf(() => readGoldenSet({ models: models as never }, state));
        if (!('error' in outcome)) return;
        expect(outcome.error).toBeInstanceOf(GoldenSetInvalid);
        expectNamed(outcome.error);
        expect(outcome.error.message).toContain('golden/digits.json');
      },
    ),
    MANY,
  ));

test('bytes of any kind are no data set, and cost no more than their limit', () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000, 0x20));
  expect(() => parseDataSet(bomb, { maxBytes: 1_000_000 })).toThrow(
    /the file unpacks to more than the limit of 1000000 bytes/,
  );
  expect(() => parseDataSet(bomb.subarray(0, 500))).toThrow(/the file cannot be unpacked by gzip/);
  expect(() => parseDataSet(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow(/the file is not UTF-8: line 1 has other bytes/);
});

// Whoever made room for them would fail by another name, or never end.
test('sizes that promise more than a file can hold are refused by name', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { minLength: 1, maxLength: 32 }),
      async (sizes) => {
        const outcome = await outcomeOf(() => parseDataSet({ ...WHOLE, shape: [2, ...sizes] }));
        if ('error' in outcome) expectNamed(outcome.error, 'DataSetInvalid');
      },
    ),
    MANY,
  ));
