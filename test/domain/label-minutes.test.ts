import { labelMinutes, labelsInSight } from '../../lambdas/domain/feedback';
import { STRATEGY_PRESETS } from '../../lambdas/domain/strategy';

describe('the minutes of labels that a canary is worth', () => {
  it.each([
    ['Canary10Percent15Minutes', 1],
    ['Canary10Percent5Minutes', 0],
    ['AllAtOnce', 0],
    // 5 minutes each of 5, 10, 25 and 50 %.
    ['Progressive', 4.5],
    // 5 to 9 tenths.
    ['Linear10PercentEvery1Minute', 3],
  ] as const)('are, of %s with labels within 5 minutes, %d', (strategy, expected) => {
    expect(labelMinutes(STRATEGY_PRESETS[strategy], 5)).toBeCloseTo(expected, 9);
  });

  it('begin in the middle of a bake where that is when labels can be compared', () => {
    expect(
      labelMinutes(
        [
          { weight: 50, bakeMinutes: 4 },
          { weight: 20, bakeMinutes: 10 },
        ],
        3,
      ),
    ).toBeCloseTo(0.5 + 2, 9);
  });
});

it('promises green no more labels than whole ones', () => {
  expect(labelsInSight(12_000, 60, 1)).toEqual({ blue: 12_000, green: 200 });
  expect(labelsInSight(11_999, 60, 1)).toEqual({ blue: 11_999, green: 199 });
});
