import { wrongRows } from '../../lambdas/domain/wrong-rows';

const says = (...values: readonly (number | string | undefined)[]) =>
  values.map((value) => (value === undefined ? undefined : ({ kind: 'class', value } as const)));
const scores = (...values: readonly number[]) => values.map((value) => ({ kind: 'score', value }) as const);

describe('the rows that green got wrong', () => {
  it('are told with those first that blue gets right, in the order of the set', () => {
    const { count, shown } = wrongRows({
      labels: [0, 1, 2, 1],
      green: says(1, 1, undefined, 0),
      blue: says(1, 1, 2, 1),
      task: 'classification',
      classNames: ['cat', 'dog', 'fish'],
    });
    expect(count).toBe(3);
    expect(shown).toEqual([
      { row: 2, label: 'fish', green: 'no answer', blue: 'fish' },
      { row: 3, label: 'dog', green: 'cat', blue: 'dog' },
      { row: 0, label: 'cat', green: 'dog', blue: 'dog' },
    ]);
  });

  it('of a regression are those that are furthest off, and none that is right', () => {
    const { shown } = wrongRows({
      labels: [1, 2, 3, 4],
      green: scores(1, 2.25, 9, NaN),
      blue: undefined,
      task: 'regression',
      classNames: undefined,
    });
    expect(shown.map(({ row, green }) => [row, green]).slice(0, 2)).toEqual([
      [2, '9'],
      [1, '2.25'],
    ]);
  });

  it('are ten at most, of labels that are cut, whatever there is', () => {
    const labels = Array.from({ length: 100 }, () => 'x'.repeat(500));
    const { count, shown } = wrongRows({
      labels,
      green: says(...labels.map(() => 'y')),
      blue: undefined,
      task: 'classification',
      classNames: undefined,
    });
    expect([count, shown.length, shown[0]?.label.length]).toEqual([100, 10, 60]);
  });
});
