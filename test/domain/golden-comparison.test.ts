import { compareLabels } from '../../lambdas/domain/golden/compare-labels';
import { compareValues } from '../../lambdas/domain/golden/compare-values';
import { type GoldenLimits, fisher, mcnemar, signFlip } from '../../lambdas/domain/golden/paired-tests';
import type { RowAnswer } from '../../lambdas/domain/row-answer';
import { decideTask, type GoldenLabel } from '../../lambdas/domain/task';
import { draws, LIMITS, sigmoid, rows, numbers, said, classes, values } from './golden-rows';

const { uniform, gauss } = draws();

describe('paired tests', () => {
  it('are exact: every way that coins and draws may fall is counted', () => {
    for (let n = 1; n <= 10; n += 1)
      for (let k = 0; k <= n; k += 1) {
        const ways = rows(2 ** n, (bits) => bits.toString(2).replaceAll('0', '').length).filter((ones) => ones >= k);
        expect(mcnemar(k, n - k)).toBeCloseTo(ways.length / 2 ** n, 10);
      }
    expect(fisher(0, 9, 9)).toBeCloseTo(1 / 48_620, 12);
    // 1 of 3 beside 3 of 3: of the 15 ways to put 4 hits on 6 rows, 3 leave one to the first three.
    expect(fisher(1, 3, 3)).toBeCloseTo(3 / 15, 12);
  });

  it('bound sign flips from above, whatever is flipped', () => {
    for (let trial = 0; trial < 50; trial += 1) {
      const given = rows(10, () => gauss() ** 3 + 0.5);
      const total = given.reduce((sum, one) => sum + one, 0);
      const flips = rows(1024, (bits) => given.reduce((sum, one, at) => sum + ((bits >> at) & 1 ? one : -one), 0));
      const chance = flips.filter((sum) => sum >= total - 1e-12).length / 1024;
      expect(signFlip(given)).toBeGreaterThanOrEqual(Math.min(1, chance) - 1e-12);
    }
  });
});

describe('the task', () => {
  const decide = (labels: readonly GoldenLabel[], answers: readonly RowAnswer[]) => {
    const found = decideTask({ setting: undefined, said: undefined, labels, answers, classNames: undefined });
    return 'open' in found ? `open: ${found.open}` : found.task;
  };

  it('is read from labels and a round of answers together', () => {
    expect(decide([279_894, 216_580, 199_970], [numbers(280_174.3), numbers(216_796), numbers(200_170.3)])).toBe(
      'regression',
    );
    expect(decide([0, 1, 1], [numbers(0.2), numbers(0.9), numbers(0.4)])).toBe('classification');
    expect(decide([1.5, 2], [numbers(1), numbers(2)])).toBe('regression');
    expect(decide(['a', 'b'], [said('a'), said('a')])).toBe('classification');
    expect(decide([0, 2], [numbers(0.7, 0.2, 0.1), numbers(0.1, 0.1, 0.8)])).toBe('classification');
    expect(decide([[1, 0, 1]], [numbers(0.9, 0.2, 0.7)])).toBe('multilabel');
    expect(decide([[1, 0, 0]], [numbers(0.7, 0.2, 0.1)])).toBe('classification');
    expect(decide([[10.5, 11, 12]], [numbers(10, 11, 12)])).toBe('forecast');
  });

  it('stays open in words, with the setting to add', () => {
    expect(
      decide(
        [0, 1, 2, 0],
        rows(4, () => numbers(30, 20, 10)),
      ),
    ).toMatch(/set "task" of the endpoint/);
    expect(decide(['a', 'b'], [numbers(0.7, 0.3), numbers(0.2, 0.8)])).toMatch(/set "classNames".*\["a","b"\]/);
    expect(decide([0, 1], [numbers(-2.5), numbers(3.5)])).toMatch(/set "task".*"classification"/);
  });
});

describe('a damaged model is refused by the defaults', () => {
  const fraud = rows(591, (row) => Number(row < 9));

  it('that never says fraud, or says it four times as often', () => {
    const blue = fraud.map(said);
    expect(
      classes(
        fraud,
        blue,
        rows(591, () => said(0)),
      ).refusals,
    ).toEqual([expect.stringMatching(/^accuracy|^class 1: 0 of 9 right, blue 9 of 9/)]);
    expect(
      classes(
        fraud,
        blue,
        rows(591, (row) => said(Number(row < 36))),
      ).refusals.join(),
    ).toMatch(/class 1: said of 36 rows, 9 of them right; blue said it of 9/);
  });

  it('whose sigmoid is shifted by two', () => {
    const logits = rows(300, () => 3 * gauss());
    const labels = logits.map((logit) => Number(uniform() < sigmoid(logit)));
    const side = (shift: number) => logits.map((logit) => numbers(sigmoid(logit + 0.3 * gauss() + shift)));
    expect(classes(labels, side(0), side(2)).refusals.join()).toMatch(/log loss/);
    expect(classes(labels, side(0), side(-2)).refusals.length).toBeGreaterThan(0);
  });

  it('whose prices are off by a tenth, by three in a hundred, or by half their range', () => {
    const prices = rows(1000, () => Math.round(300_000 + 60_000 * gauss()));
    const side = (factor: number, plus = 0) => prices.map((price) => numbers((price + 8000 * gauss()) * factor + plus));
    const blue = side(1);
    expect(values(prices, blue, side(1.1)).refusals.join()).toMatch(/root mean squared error/);
    expect(values(prices, blue, side(0.97)).refusals.join()).toMatch(/bias -/);
    expect(values(prices, blue, side(1, 90_000)).refusals.join()).toMatch(/bias \+/);
    expect(values(prices, blue, side(1, 90_000)).refusals.join()).not.toMatch(/times blue's/);
    expect(values(prices, blue, side(0.001)).refusals.join()).toMatch(/its answers are 0\.0010\d* times blue's/);
  });

  it('whose answers have nothing to do with blue’s, or lost their sign: of those alone a factor is said', () => {
    const labels = rows(400, () => 10 * gauss() - 4);
    const side = (of: (label: number) => number) => labels.map((label) => numbers(of(label) + gauss()));
    const refused = (of: (label: number) => number) => values(labels, side(Number), side(of)).refusals.join();
    expect(refused((one) => -one)).toMatch(/its answers are -(?:0\.9|1\.0)\d+ times blue's/);
    for (const odd of [() => 10 * gauss(), Math.abs])
      expect(refused(odd)).toMatch(/^root mean squared error \d+\.\d+ against blue's \d+\.\d+; the limit/);
  });

  it('whose answers are merely smaller, or one constant: no factor is said of what it does not explain', () => {
    const prices = rows(400, () => Math.round(300_000 + 60_000 * gauss()));
    const side = (of: (price: number) => number) => prices.map((price) => numbers(of(price + 8000 * gauss())));
    const refused = (of: (price: number) => number) => values(prices, side(Number), side(of)).refusals.join();
    const odd = [Math.log1p, () => 0, () => 7, () => 60_000 * gauss(), () => 90_000 + 3_000 * gauss()];
    for (const of of odd) expect(refused(of)).toMatch(/^root mean squared error [\d,.]+ against blue's [\d,.]+; the/);
    expect(refused((price) => 1.5 * price)).toMatch(/its answers are 1\.[45]\d* times blue's/);
    expect(refused((price) => price / 10)).toMatch(/its answers are 0\.(?:1|09)\d* times blue's/);
    const degrees = rows(400, () => 15 + 8 * gauss());
    const kelvin = values(
      degrees,
      degrees.map((one) => numbers(one + gauss())),
      degrees.map((one) => numbers(one + gauss() + 273)),
    );
    expect(kelvin.refusals.join()).not.toMatch(/times blue's/);
  });

  it('whose forecast is ten times too high', () => {
    const labels = rows(60, () => rows(12, () => 100 + 10 * gauss()));
    const side = (factor: number) =>
      labels.map((label) => numbers(...label.map((one) => (one + 5 * gauss()) * factor)));
    const found = compareValues({ labels, blue: side(1), green: side(10), classNames: undefined }, 'forecast', LIMITS);
    expect(found.refusals.join()).toMatch(/answers are (?:9\.9|10\.)\d* times blue's/);
  });

  it('whose labels are all suppressed, also where each is rare', () => {
    const labels = rows(200, (row) => rows(40, (at) => Number(row % 40 === at)));
    const blue = labels.map((label) => numbers(...label.map((one) => (uniform() < 0.9 ? one : 0))));
    const green = labels.map((label) => numbers(...label.map(() => 0.1)));
    expect(compareLabels({ labels, blue, green, classNames: undefined }, LIMITS).refusals.join()).toMatch(
      /all labels together: 0 of 200 found/,
    );
  });
});

/** Sets of a retrain that is as good as blue, with noise on both sides, of which some test refuses it. */
function refusedOf(sets: number, size: number): number {
  let refused = 0;
  for (let set = 0; set < sets; set += 1) {
    const logits = rows(size, () => 2 * gauss() - (set % 3));
    const labels = logits.map((logit) => Number(uniform() < sigmoid(logit)));
    const side = () => logits.map((logit) => numbers(sigmoid(logit + 0.5 * gauss())));
    const truth = rows(size, () => 50 + 20 * gauss());
    const near = () => truth.map((one) => numbers(one + 5 * gauss()));
    const found = [...classes(labels, side(), side()).refusals, ...values(truth, near(), near()).refusals];
    if (found.length > 0) refused += 1;
  }
  return refused;
}

it.each([
  // 1 in 10 by accuracy and as many by error, at most: 80 of 400; fewer by far, as both must lie beyond the limit as
  // well.
  { sets: 400, size: 150, most: 40 },
  // Chance does not reach the limits: 1 in 1,000 of two questions. More than 2 of 60 have a chance of 1 in 3,600.
  { sets: 60, size: 4000, most: 2 },
])('refuses at most $most of $sets good retrains by $size rows', ({ sets, size, most }) => {
  const refused = refusedOf(sets, size);
  expect(refused).toBeLessThanOrEqual(most);
});

it('warns of a set that cannot show what it seems to', () => {
  const ones = rows(200, () => 1);
  expect(classes(ones, ones.map(said), ones.map(said)).warnings.join()).toMatch(/one class/);
  const mixed = rows(200, (row) => Number(row < 4));
  const nothing = mixed.map(() => said(0));
  expect(classes(mixed, nothing, nothing).warnings.join()).toMatch(/no more than always.*4 of class 1/);
});

it('a model that is as often right and less sure of itself is none', () => {
  const labels = rows(300, (row) => row % 2);
  const sure = (share: number) => labels.map((label) => numbers(label === 1 ? share : 1 - share));
  expect(classes(labels, sure(0.982), sure(0.953)).refusals).toEqual([]);
  expect(classes(labels, sure(0.982), sure(0.9)).refusals.join()).toMatch(/log loss 0.105 against blue's 0.0182/);
});

describe('a number that is none', () => {
  const binary = rows(200, (row) => Number(row < 100));

  it('is no answer, and not the first class', () => {
    const blue = binary.map((label) => numbers(1 - label, label));
    const green = rows(200, () => numbers(NaN, NaN));
    const found = classes(binary, blue, green);
    expect(found.green).toBe('accuracy 0 %');
    expect(new Set(found.classes.green)).toEqual(new Set([undefined]));
    expect(
      classes(
        binary,
        binary.map((label) => numbers(label)),
        rows(200, () => numbers(NaN)),
      ).green,
    ).toBe('accuracy 0 %');
  });

  it('does not keep the scores of the other rows from being compared', () => {
    const logits = rows(400, () => 3 * gauss());
    const labels = logits.map((logit) => Number(uniform() < sigmoid(logit)));
    const side = (shift: number) => logits.map((logit) => numbers(sigmoid(logit + 0.3 * gauss() + shift)));
    const damaged = side(2);
    expect(classes(labels, side(0), damaged).refusals.join()).toMatch(/log loss/);
    expect(classes(labels, side(0), [numbers(NaN), ...damaged.slice(1)]).refusals.join()).toMatch(/log loss/);
  });

  it('is not the lack of a label either', () => {
    const labels = rows(200, (row) => [row % 2, 0]);
    const green = rows(200, () => numbers(0.1, NaN));
    const blue = labels.map((label) => numbers(...label));
    const found = compareLabels({ labels, blue, green, classNames: undefined }, LIMITS);
    expect(found.green).toBe('25 % of the labels right');
  });
});

describe('several labels at once', () => {
  const truth = rows(400, (row) => rows(4, (at) => Number((row + at) % 3 === 0)));
  /** Of the labels of such rows one is wrong. */
  const wrongIn = (isWrong: (row: number) => boolean) =>
    truth.map((label, row) => numbers(...label.map((one, at) => (at === row % 4 && isWrong(row) ? 1 - one : one))));
  const compared = (blue: readonly RowAnswer[], green: readonly RowAnswer[], more: Partial<GoldenLimits> = {}) =>
    compareLabels({ labels: truth, blue, green, classNames: undefined }, { ...LIMITS, perClass: false, ...more });

  it('are held to a drop by default, as classes are', () => {
    const blue = wrongIn(() => false);
    expect(
      compared(
        blue,
        wrongIn((row) => row % 4 === 0),
      ).refusals.join(),
    ).toMatch(/93.8 % of the labels right, 6.25 points under blue's 100 %; the limit maxAccuracyDrop is 2 points/);
    expect(
      compared(
        blue,
        wrongIn((row) => row % 80 === 0),
      ).refusals,
    ).toEqual([]);
    // A drop that is set holds whatever chance does.
    expect(
      compared(
        blue,
        wrongIn((row) => row === 0),
        { maxAccuracyDrop: 0 },
      ).refusals.join(),
    ).toMatch(/the limit maxAccuracyDrop is 0 points/);
  });

  it('are compared on the rows that blue was asked', () => {
    const green = wrongIn((row) => row < 100);
    const found = compared(wrongIn(() => false).slice(0, 100), green);
    expect(found.refusals.join()).toMatch(/^75 % of the labels right, 25 points under blue's 100 %/);
  });
});

it('warns that rows are few only where the limits of numbers need more of them', () => {
  const few = (size: number, limits: GoldenLimits) => {
    const labels = rows(size, (row) => row);
    const near = labels.map((label) => numbers(label + 0.3 * gauss()));
    const far = labels.map((label) => numbers(label + 3));
    const pair = { labels, blue: near, classNames: undefined };
    return {
      warned: compareValues({ ...pair, green: near }, 'regression', limits).warnings.join(),
      refused: compareValues({ ...pair, green: far }, 'regression', limits).refusals.join(),
    };
  };
  // Six rows of one sign: exp(-6 / 2) of two tests is 1 in 10.
  expect(few(6, LIMITS)).toEqual({ warned: '', refused: expect.stringMatching(/maxErrorFactor/) as string });
  expect(few(5, LIMITS)).toEqual({ warned: expect.stringMatching(/fewer than 6/) as string, refused: '' });
  expect(few(5, { ...LIMITS, maxErrorFactor: 1.2 })).toEqual({
    warned: '',
    refused: expect.stringMatching(/maxErrorFactor/) as string,
  });
});
