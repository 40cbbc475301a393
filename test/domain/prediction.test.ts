import { predictions, type PredictionOutput } from '../../lambdas/domain/prediction';

const floats = (name: string, shape: readonly number[], data: readonly number[]): PredictionOutput => ({
  name,
  kind: 'float',
  shape,
  data,
});
const integers = (name: string, shape: readonly number[], data: readonly (number | bigint)[]): PredictionOutput => ({
  name,
  kind: 'integer',
  shape,
  data,
});
const rule = { output: undefined, task: undefined, maxRows: 100 };

describe('which output is the prediction', () => {
  it('is the first label with one value per row, even when scores come first', () => {
    const outputs = [
      floats('scores', [2, 2], [0, 1, 0, 1]),
      integers('label', [2], [7n, 8n]),
      integers('other', [2], [0n, 0n]),
    ];
    expect(predictions(outputs, rule)).toEqual([
      { kind: 'class', value: 7 },
      { kind: 'class', value: 8 },
    ]);
  });

  it('is text when the label is text', () => {
    expect(predictions([{ name: 'l', kind: 'string', shape: [1], data: ['cat'] }], rule)).toEqual([
      { kind: 'class', value: 'cat' },
    ]);
  });

  it('takes a column of labels as labels', () => {
    expect(predictions([integers('l', [2, 1, 1], [1, 2])], rule)).toEqual([
      { kind: 'class', value: 1 },
      { kind: 'class', value: 2 },
    ]);
  });

  it('passes over integers that are no label, because a row has several', () => {
    const outputs = [integers('top3', [1, 3], [9, 8, 7]), floats('scores', [1, 3], [0.1, 0.7, 0.2])];
    expect(predictions(outputs, rule)).toEqual([{ kind: 'class', value: 1 }]);
  });

  it('is the first largest column of the first float output with several', () => {
    const outputs = [
      floats('confidence', [2, 1], [0.9, 0.9]),
      floats('scores', [2, 3], [1, 3, 3, -3, -1, -2]),
      floats('late', [2, 2], [1, 0, 1, 0]),
    ];
    expect(predictions(outputs, rule)).toEqual([
      { kind: 'class', value: 1 },
      { kind: 'class', value: 1 },
    ]);
  });

  it('is the largest column of whole numbers where there are no others, as of quantised scores', () => {
    const quantised = integers('logits', [2, 3], [-128, 5, 127, 9, -3, 0]);
    expect(predictions([quantised], rule)).toEqual([
      { kind: 'class', value: 2 },
      { kind: 'class', value: 0 },
    ]);
    expect(predictions([quantised, floats('price', [2], [1.5, 2])], rule)).toEqual([
      { kind: 'score', value: 1.5 },
      { kind: 'score', value: 2 },
    ]);
  });

  it('is of whole numbers the same whatever their values are: zeros of a dead model, ones, a batch beside others', () => {
    const classesOf = (...rows: readonly (readonly number[])[]) =>
      predictions([integers('logits', [rows.length, 3], rows.flat())], rule).map(({ value }) => value);
    expect(classesOf([0, 0, 0], [0, 0, 0])).toEqual([0, 0]);
    expect(classesOf([0, 1, 0])).toEqual([1]);
    expect(classesOf([0, 1, 0], [0, 0, 2])).toEqual([1, 2]);
    expect(classesOf([0, 0, 1])).toEqual([2]);
  });

  it('is by the task: scores of a classification also beside one float, and of several labels none', () => {
    const [scores, sure] = [integers('logits', [2, 3], [-128, 5, 127, 9, -3, 0]), floats('sure', [2, 1], [0.9, 0.5])];
    expect(predictions([sure, scores], { ...rule, task: 'classification' })).toEqual([
      { kind: 'class', value: 2 },
      { kind: 'class', value: 0 },
    ]);
    expect(predictions([scores], { ...rule, task: 'multilabel' })).toEqual([]);
  });

  it('is a score when one float column is all there is', () => {
    expect(predictions([floats('y', [2], [0.5, -2])], rule)).toEqual([
      { kind: 'score', value: 0.5 },
      { kind: 'score', value: -2 },
    ]);
    expect(predictions([floats('y', [], [3])], rule)).toEqual([{ kind: 'score', value: 3 }]);
  });

  it('is nothing for an image', () => {
    expect(predictions([floats('mask', [1, 2, 2], [1, 2, 3, 4])], rule)).toEqual([]);
  });

  it('is the output that the settings name, and only that', () => {
    const outputs = [integers('label', [1], [4]), floats('scores', [1, 2], [0, 1])];
    expect(predictions(outputs, { ...rule, output: 'scores' })).toEqual([{ kind: 'class', value: 1 }]);
    expect(predictions(outputs, { ...rule, output: 'absent' })).toEqual([]);
  });

  it('stops at the most rows asked for', () => {
    expect(predictions([integers('l', [5], [1, 2, 3, 4, 5])], { ...rule, maxRows: 2 })).toHaveLength(2);
  });
});
