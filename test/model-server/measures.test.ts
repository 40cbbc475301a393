import { measuresOfTask } from '../../lambdas/domain/measures/measures';
import { BOOL, FLOAT, INT64, INT8, labelsModel, linearModel, onnxFile, wholeModel, wordsModel } from './onnx-file';
import { fixture, input, serve } from './serve';

const rows = input('x', 'FP32', [2, 2], [1, 2, 3, 4]);
const two = (width: number) => Array.from({ length: 2 }, () => Array.from({ length: width }, () => 1));
const zeros = (width: number) => Array.from({ length: width }, () => 0);

const NUMBERS = ['first', 'mean', 'last', 'largest'];
/** The size of a vector, and not its mean, which is none around zero. */
const UNKNOWN = ['class', 'first', 'norm', 'last', 'largest'];
const LABELS = ['label', 'labels'];
/** The best two of three by their places, which are no labels. */
const ranked = onnxFile({
  columns: 2,
  constants: {
    w: { shape: [2, 3], values: two(3).flat() },
    two: { shape: [1], values: [2], type: INT64 },
  },
  nodes: [
    { operator: 'MatMul', inputs: ['x', 'w'], output: 'all' },
    { operator: 'TopK', inputs: ['all', 'two'], output: ['scores', 'items'] },
  ],
  outputs: { scores: { type: FLOAT, shape: ['n', 2] }, items: { type: INT64, shape: ['n', 2] } },
});

/** All are 0, as of a model that is dead. */
const dead = (type: number) => wholeModel([zeros(3), zeros(3)], type);

it.each<[string, Uint8Array, Parameters<typeof serve>[1], readonly string[]]>([
  ['classes where the last operator is a softmax', linearModel(two(3), zeros(3), 'Softmax'), {}, ['class']],
  ['labels where it is a sigmoid of several', linearModel(two(3), zeros(3), 'Sigmoid'), {}, LABELS],
  ['a score where an answer is one number', linearModel(two(1), zeros(1)), {}, ['score']],
  ['both where a row may be classes or a horizon', linearModel(two(3), zeros(3)), {}, UNKNOWN],
  [
    'labels too where whole numbers stand beside a row of numbers',
    labelsModel(two(3), zeros(3)),
    {},
    ['class', ...LABELS, 'norm', 'largest'],
  ],
  ['classes of quantised scores, where that is the task', dead(INT8), { task: 'classification' }, ['class']],
  ['classes of booleans too', dead(BOOL), { task: 'classification' }, ['class']],
  ['none where these are places of the best', ranked, {}, UNKNOWN],
  [
    'the class of each position where a row has several',
    wordsModel([1, 2], [0, 0]),
    {},
    ['class', 'norm', 'projection1', 'projection2', 'largest'],
  ],
  ['a forecast where that is the task', linearModel(two(3), zeros(3)), { task: 'forecast' }, NUMBERS],
  [
    'an embedding where that is the task, and what the settings name',
    linearModel(two(3), zeros(3)),
    { task: 'embedding', measures: [{ name: 'second', output: 'y', value: 1 }] },
    ['norm', 'projection1', 'projection2', 'projection3', 'largest', 'second'],
  ],
])('counts %s, and says so', async (_, file, env, expected) => {
  const { infer, call, counts } = serve(file, env);
  const told = await call('GET', '/v2/models/m');
  expect(told.json).toMatchObject({ parameters: { measures: expected } });
  expect((await infer(rows)).statusCode).toBe(200);
  const { answers = {} } = counts[0] ?? {};
  expect(Object.keys(answers)).toHaveLength(expected.length);
  expect(Object.values(answers).every((cells) => cells.length >= 2)).toBe(true);
});

it('names the classes that a model itself lists, where its labels are text', async () => {
  const { call } = serve(fixture('string-labels.onnx'), { predictionOutput: 'label' });
  const { json } = await call('GET', '/v2/models/m');
  expect(json).toMatchObject({ parameters: { measures: ['class'], class_names: expect.any(Array) as unknown } });
});

it.each([
  ['multilabel', ['class', 'label', 'labels', 'norm', 'largest', 'own'], ['label', 'labels', 'own']],
  ['none', ['class', 'label', 'labels', 'norm', 'largest'], ['class', 'label', 'labels', 'norm', 'largest']],
  ['classification', ['class', 'norm', 'projection1', 'projection2', 'largest'], ['class']],
  [
    'none',
    ['class', 'norm', 'projection1', 'projection2', 'largest'],
    ['norm', 'projection1', 'projection2', 'largest'],
  ],
  // The place of the largest is how a vector's direction is seen, where it has no projections.
  ['embedding', UNKNOWN, UNKNOWN],
  ['classification', ['class', 'score'], ['class', 'score']],
  // Of a blue that counts less, what both count.
  ['multilabel', ['class', 'norm', 'largest'], ['class', 'norm', 'largest']],
] as const)('without labels compares of a task that is %s and of %j: %j', (task, counted, expected) => {
  expect(measuresOfTask(task, counted, false)).toEqual(expected);
});
