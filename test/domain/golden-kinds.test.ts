import { compareLabels } from '../../lambdas/domain/golden/compare-labels';
import { compareValues } from '../../lambdas/domain/golden/compare-values';
import type { RowAnswer } from '../../lambdas/domain/row-answer';
import { decideTask, type GoldenLabel, positionsOf } from '../../lambdas/domain/task';
import { draws, LIMITS, rows, numbers, said, classes, values } from './golden-rows';

const { uniform, gauss } = draws();

describe('what other kinds of models answer', () => {
  const taskOf = (labels: readonly GoldenLabel[], answers: readonly RowAnswer[]) => {
    const found = decideTask({ setting: undefined, said: undefined, labels, answers, classNames: undefined });
    return 'open' in found ? `open: ${found.open}` : found.task;
  };

  it('is classes where a label has one for each position of an answer', () => {
    const words = (...values: readonly number[]): RowAnswer => ({
      ...{ values, shape: [1, values.length / 3, 3], whole: false },
      outputs: ['logits'],
    });
    const two = [words(5, 1, 0, 0, 2, 9), words(0, 7, 1)];
    expect(taskOf([[0, 2], [1]], two)).toBe('classification');
    expect(two.map((answer, row) => positionsOf(answer, [[0, 2], [1]][row]!))).toEqual([[0, 2], [1]]);
    // Of a picture a layer for each class.
    const picture: RowAnswer = { values: [5, 0, 1, 2, 0, 9, 7, 1], shape: [1, 2, 2, 2], whole: false, outputs: ['y'] };
    expect(positionsOf(picture, [0, 0, 0, 0])).toEqual([0, 1, 1, 0]);
    // What a model names itself, word by word; but not pairs of indices.
    const tokens: RowAnswer = { values: [3, 4], shape: [1, 2], whole: true, outputs: ['ids'] };
    expect(taskOf([[3, 9], [4]], [tokens, { ...tokens, values: [4], shape: [1, 1] }])).toBe('classification');
    expect(positionsOf({ ...tokens, values: [0, 0, 0, 2], shape: [2, 2] }, [0, 0, 0, 2])).toBeUndefined();
  });

  it('is several labels without any, where 0 or 1 stands beside each probability and nearly always agrees', () => {
    const of = (bits: readonly number[] | undefined, ...values: readonly number[]) => ({
      ...numbers(...values),
      ...(bits && { bits }),
    });
    const agreeing = rows(20, (row) => of([row % 2, 0, 1], row % 2 ? 0.8 : 0.3, 0.1, 0.9));
    expect(taskOf([], agreeing)).toBe('multilabel');
    // A threshold beside a half: one cell of sixty.
    expect(taskOf([], [of([1, 0, 1], 0.48, 0.1, 0.9), ...agreeing.slice(1)])).toBe('multilabel');
    // Places and their scores, scores that are no probabilities, bits of something else.
    expect(
      taskOf(
        [],
        rows(20, () => of(undefined, 0.9, 0.4, 0.1)),
      ),
    ).toBe('none');
    expect(
      taskOf(
        [],
        rows(20, () => of([1, 0, 1], 9, -3, 4)),
      ),
    ).toBe('none');
    expect(
      taskOf(
        [],
        rows(20, (row) => of([row % 2, 0, 1], 0.3, 0.8, 0.9)),
      ),
    ).toBe('none');
  });

  it('is classes without labels where positions are open, and no horizon', () => {
    const words = (name: string, shape: readonly number[], told: readonly number[]) => {
      const values = rows(
        shape.reduce((product, size) => product * size, 1),
        (at) => at,
      );
      const answers = [{ values, shape, whole: false, outputs: [name] }];
      const facts = { setting: undefined, said: undefined, labels: [], answers, classNames: undefined };
      return decideTask({ ...facts, signature: [{ name, shape: told }] });
    };
    expect(words('y', [1, 1, 5], [-1, -1, 5])).toMatchObject({ task: 'classification' });
    expect(words('logits', [1, 4, 2, 2], [-1, 4, 2, 2])).toMatchObject({ task: 'classification' });
    expect(words('y', [1, 24, 3], [-1, 24, 3])).toMatchObject({ task: 'none' });
    expect(words('last_hidden_state', [1, 2, 5], [-1, -1, 5])).toMatchObject({ task: 'embedding' });
  });

  it('is several labels where these are lists of names, in the order that the setting has', () => {
    const facts = {
      setting: undefined,
      said: undefined,
      labels: [['b'], [], ['a', 'b']],
      answers: rows(3, () => numbers(1, 0)),
    };
    expect(decideTask({ ...facts, classNames: ['a', 'b'] })).toMatchObject({ task: 'multilabel' });
    expect(decideTask({ ...facts, classNames: undefined })).toMatchObject({
      open: expect.stringMatching(/"classNames" to the names .* \["a","b"\]/) as unknown,
    });
  });

  it('is labels: what the model says by itself, whatever its scores are', () => {
    const truth = rows(400, (row) => rows(4, (at) => Number((row + at) % 3 === 0)));
    const blue = truth.map((label) => ({ ...numbers(...label), bits: label }));
    const green = blue.map((one) => ({ ...one, bits: one.bits.map((bit, at) => (at === 2 ? 0 : bit)) }));
    const found = compareLabels({ labels: truth, blue, green, classNames: undefined }, LIMITS);
    expect(found.refusals.join()).toMatch(/label 2: 0 of \d+ found, blue \d+/);
  });

  it('is whole numbers, read by how near they lie: amounts nearly, classes exactly', () => {
    const amounts = rows(600, () => Math.round(240 + 60 * gauss()));
    const near = amounts.map((one) => said(Math.round(one + 15 * gauss())));
    expect(taskOf(amounts, near)).toBe('regression');
    const codes = rows(600, () => Math.floor(100 * uniform()));
    const guess = codes.map((one) => said(uniform() < 0.6 ? one : Math.floor(100 * uniform())));
    expect(taskOf(codes, guess)).toBe('classification');
    expect(
      taskOf(
        codes,
        codes.map(() => said(Math.floor(100 * uniform()))),
      ),
    ).toMatch(/"classification" or "regression"/);
    // Without labels, many distinct ones are no classes.
    expect(taskOf([], near.slice(0, 50))).toBe('regression');
    expect(
      taskOf(
        [],
        codes.slice(0, 50).map((one) => said(one % 10)),
      ),
    ).toBe('classification');
  });

  it('is refused: prices 5 % too high, where blue is off by a fifth of a price', () => {
    const prices = rows(2000, () => Math.exp(12 + 0.45 * gauss()));
    const side = (factor: number) => prices.map((price) => numbers(price * Math.exp(0.2 * gauss()) * factor));
    expect(values(prices, side(1), side(1.05)).refusals.join()).toMatch(/bias \+.* of blue's error more; the limit is/);
  });

  it('is refused: several numbers, one of them small beside the others', () => {
    const labels = rows(600, () => [20 + 5 * gauss(), 1000 + 30 * gauss(), 60 + 8 * gauss()]);
    const side = (change: (row: readonly number[]) => readonly number[] = (row) => row) =>
      labels.map((label) =>
        numbers(...change([label[0]! + gauss(), label[1]! + 8 * gauss(), label[2]! + 2 * gauss()])),
      );
    const compared = (green: readonly RowAnswer[]) =>
      compareValues({ labels, blue: side(), green, classNames: undefined }, 'forecast', LIMITS).refusals.join();
    expect(compared(side())).toBe('');
    expect(compared(side(([a = 0, ...more]) => [a + 1.5, ...more]))).toMatch(
      /^value 0 of a row: root .*value 0 .* bias \+/,
    );
    expect(compared(side(([a = 0, b = 0]) => [a, b, 60]))).toMatch(/value 2 of a row: root mean squared error/);
  });

  it('is refused: quantiles that cover less, stand in another order or move together, whose label is one number', () => {
    const scales = rows(2000, () => 10 + 5 * uniform());
    const labels = scales.map((scale) => 100 + scale * gauss());
    const side = (of: (quantiles: readonly number[]) => readonly number[] = (all) => all) =>
      scales.map((scale) =>
        numbers(...of([100 - 1.28 * scale, 100, 100 + 1.28 * scale].map((one) => one + 0.5 * gauss()))),
      );
    const compared = (green: readonly RowAnswer[]) =>
      compareValues({ labels, blue: side(), green, classNames: undefined }, 'forecast', LIMITS).refusals.join();
    expect(compared(side())).toBe('');
    expect(compared(side(([low = 0, mid = 0, high = 0]) => [low, mid, high * 0.92]))).toMatch(
      /^value 2 of a row, as a quantile: loss [\d.]+ against blue's [\d.]+ \([67]\d.* % of the labels are at most it, blue's [89]/,
    );
    expect(compared(side((all) => all.toReversed()))).toMatch(/value 0 .*value 2 /);
    expect(compared(side((all) => all.map((one) => one * 1.05)))).toMatch(/value 0 /);
    expect(compared(side((all) => all.map(() => all[1]!)))).toMatch(/value 0 .*value 2 /);
  });

  it('is refused: a label that is wrong far more often, which hardly moves the share of all', () => {
    const labels = rows(600, () => rows(6, (at) => Number(uniform() < 0.15 + at / 20)));
    const side = (more: number) =>
      labels.map((label) =>
        numbers(...label.map((one, at) => (uniform() < (at === 0 && one === 0 ? more : 0.03) ? 1 - one : one))),
      );
    const found = (green: readonly RowAnswer[]) =>
      compareLabels({ labels, blue: side(0.03), green, classNames: undefined }, LIMITS).refusals.join();
    expect(found(side(0.03))).toBe('');
    expect(found(side(0.1))).toMatch(/^label 0: (right on \d.* % of the rows|said of)/);
  });

  it('is refused: a score beside the class whose order is lost, though the class is right', () => {
    const labels = rows(500, () => (uniform() < 0.1 ? -1 : 1));
    const side = (sign: number) =>
      labels.map((label): RowAnswer => ({ ...numbers(sign * (label / 10 + 0.05 * gauss())), said: label }));
    expect(classes(labels, side(1), side(1)).refusals).toEqual([]);
    expect(classes(labels, side(1), side(-1)).refusals.join()).toMatch(/^AUC 0\.0\d+ against blue's (0\.9|1)/);
    // Which end is which is blue's to say.
    expect(classes(labels, side(-1), side(1)).refusals.join()).toMatch(/^AUC 0\.0/);
  });
});
