import fc from 'fast-check';
import { GoldenSetInvalid } from '../../lambdas/contract/errors';
import { DataSetInvalid, inferRequest, parseDataSet } from '../../lambdas/contract/golden-set';
import { elementCount } from '../../lambdas/contract/tensor-data';
import { scoreEdges } from '../../lambdas/domain/score-bins';
import { readGoldenSet } from '../../lambdas/steps/verification/read-golden-set';
import { verificationState } from '../steps/verification-state';
import { damaged, expectNamed, inJson, json, jsonText, MANY, outcomeOf, text } from './hostile';

const FIELDS = ['name', 'inputName', 'datatype', 'shape', 'data', 'labels', 'task'];
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

const anyFile = fc.oneof(json(FIELDS, VALUES), damaged(WHOLE, FIELDS), damaged(FLAT, FIELDS));

/** What must be true of every set that is taken. */
function expectSound(set: ReturnType<typeof parseDataSet>): void {
  expect(set.rows).toHaveLength(set.shape[0] ?? 0);
  for (const [index, row] of set.rows.entries()) {
    expect(row).toHaveLength(elementCount(set.shape.slice(1)));
    expect(JSON.parse(JSON.stringify(inferRequest(set, index)))).toMatchObject({
      inputs: [{ data: row.map((one) => (Number.isNaN(one) ? null : one || 0)) }],
    });
  }
  expect(set.labels?.length ?? set.rows.length).toBe(set.rows.length);
  if (set.task === 'regression')
    expect(scoreEdges((set.labels ?? []).flat().map(Number)).every(Number.isFinite)).toBe(true);
  if (set.labels) expect(set.labels).toHaveLength(set.rows.length);
}

test('a file of any shape is a sound data set, or refused by field', () =>
  fc.assert(
    fc.asyncProperty(anyFile, fc.constantFrom('required', 'optional'), async (file, labels) => {
      const outcome = await outcomeOf(() => parseDataSet(file, { labels }));
      if ('value' in outcome) return expectSound(outcome.value);
      expect(outcome.error).toBeInstanceOf(DataSetInvalid);
      expectNamed(outcome.error, 'DataSetInvalid');
      expect(outcome.error.message).toMatch(/^Data set: (the file|[a-zA-Z]+(\[\d+\])*) /);
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
      async (content) => {
        const models = { readText: async () => ({ text: content }) };
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

test('sizes that promise more than a file can hold cost no memory and no time', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { minLength: 1, maxLength: 32 }),
      async (sizes) => {
        const began = performance.now();
        const outcome = await outcomeOf(() => parseDataSet({ ...WHOLE, shape: [2, ...sizes] }));
        if ('error' in outcome) expectNamed(outcome.error, 'DataSetInvalid');
        expect(performance.now() - began).toBeLessThan(100);
      },
    ),
    MANY,
  ));
