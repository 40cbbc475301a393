import { DataSetInvalid } from '../../lambdas/contract/data-request';
import { inferRequest, parseDataSet } from '../../lambdas/contract/golden-set';

const good = {
  name: 'toy',
  inputName: 'x',
  datatype: 'FP32',
  shape: [2, 2],
  data: [
    [1, 2],
    [3, 4],
  ],
  labels: [0, 1],
};
const without = (field: keyof typeof good) =>
  Object.fromEntries(Object.entries(good).filter(([name]) => name !== field));

describe('a data set', () => {
  it('is read from text or from an object, and gives one request per row', () => {
    const dataSet = parseDataSet(JSON.stringify(good));
    expect(dataSet).toEqual(parseDataSet(good));
    expect(inferRequest(dataSet, 1)).toEqual({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [3, 4] }],
    });
    expect(() => inferRequest(dataSet, 2)).toThrow(/Request 2 .* has 2\./);
  });

  it.each([
    [
      'nested as its shape',
      [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
    ],
    [
      'flat',
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
    ],
  ])('may have rows of several dimensions, %s', (_, data) => {
    const dataSet = parseDataSet({ ...good, shape: [2, 2, 2], data });
    expect(inferRequest(dataSet, 1).inputs[0]).toMatchObject({ shape: [1, 2, 2], data: [5, 6, 7, 8] });
  });

  it.each([
    ['bare', [7, 8]],
    ['in brackets', [[7], [8]]],
  ])('may have rows of one number, %s', (_, data) => {
    expect(inferRequest(parseDataSet({ ...good, shape: [2], data }), 0).inputs[0]).toMatchObject({
      shape: [1],
      data: [7],
    });
  });

  it('keeps 64 bit integers that a JSON number cannot hold', () => {
    const dataSet = parseDataSet({ ...good, datatype: 'INT64', shape: [2, 1], data: [['9007199254740993'], [5]] });
    expect(dataSet.requests.map(({ inputs }) => inputs[0]!.data)).toEqual([['9007199254740993'], [5]]);
  });

  it.each<[unknown, unknown, string | undefined]>([
    [[0, 1], undefined, undefined],
    [['cat', 'dog'], undefined, undefined],
    [[0.5, 1], undefined, undefined],
    [[3, 4], 'regression', 'regression'],
    [undefined, undefined, undefined],
    [undefined, 'regression', 'regression'],
  ])('with labels %j and task %j is %s', (labels, task, expected) => {
    expect(parseDataSet({ ...good, labels, task }).task).toBe(expected);
  });

  it.each<[string, unknown, RegExp]>([
    ['text that is no JSON', '{', /the file is not JSON/],
    ['a list', [], /the file is an array of 0, not an object/],
    ['no name', without('name'), /name is undefined/],
    ['an empty input name', { ...good, inputName: '' }, /inputName is "", not a text of 1 to 1000/],
    ['no datatype of the protocol', { ...good, datatype: 'BF16' }, /datatype is "BF16", not one of FP16/],
    ['numbers as text', { ...good, datatype: 'BYTES' }, /row 0, input "x": data\[0\]\[0\] is 1, not text/],
    ['no shape', without('shape'), /shape is undefined/],
    ['an empty shape', { ...good, shape: [] }, /shape is an array of 0, not at least 1 row/],
    ['no rows', { ...good, shape: [0, 2], data: [], labels: [] }, /shape\[0\] is 0, not at least 1 row/],
    ['a size below all', { ...good, shape: [2, -2] }, /shape\[1\] is -2, not a whole number of at least -1/],
    ['too few rows', { ...good, data: [[1, 2]] }, /data has 1 rows, shape\[0\] says 2/],
    ['a short row', { ...good, data: [[1, 2], [3]] }, /data\[1\] has 1 values, the shape says 2/],
    ['a row that is none', { ...good, data: [[1, 2], 3] }, /data\[1\] is 3, not an array/],
    [
      'a value that is no number',
      {
        ...good,
        data: [
          [1, 2],
          [3, 'x'],
        ],
      },
      /data\[1\]\[1\] is "x", not a finite number/,
    ],
    [
      'a value out of range',
      {
        ...good,
        datatype: 'UINT8',
        data: [
          [1, 2],
          [3, 256],
        ],
      },
      /data\[1\]\[1\] is 256, not a whole number from 0 to 255/,
    ],
    ['too few labels', { ...good, labels: [0] }, /labels has 1 entries, the data has 2 rows/],
    ['labels of two kinds', { ...good, labels: [0, 'cat'] }, /labels\[1\] is "cat", but labels\[0\] is a number/],
    ['an unknown task', { ...good, task: 'ranking' }, /task is "ranking", not one of classification, multilabel/],
    ['classes that are fractions', { ...good, labels: [0, 0.5], task: 'classification' }, /labels\[1\] is 0\.5/],
    ['scores that are text', { ...good, labels: ['a', 'b'], task: 'regression' }, /labels\[0\] is "a"/],
  ])('with %s is refused, with field, value and limit', (_, json, sentence) => {
    expect(() => parseDataSet(json)).toThrow(DataSetInvalid);
    expect(() => parseDataSet(json)).toThrow(sentence);
  });
});
