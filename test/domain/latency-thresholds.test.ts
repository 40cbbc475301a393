import { latencyThresholds, tellingQuantiles } from '../../lambdas/domain/latency-thresholds';

const margins = { tolerancePercent: 5, toleranceFloorMs: 2, harmPercent: 27.6, harmFloorMs: 10 };

describe('latency thresholds', () => {
  test('keep a quantile with two expected requests on either side of it, and not one with fewer', () => {
    expect(tellingQuantiles(0)).toEqual([]);
    expect(tellingQuantiles(3)).toEqual([]);
    expect(tellingQuantiles(20)).toEqual([0.2, 0.5, 0.8, 0.9]);
    expect(tellingQuantiles(10)).toEqual([0.2, 0.5, 0.8]);
    expect(tellingQuantiles(9)).toEqual([0.5]);
    expect(tellingQuantiles(399).at(-1)).toBe(0.99);
    expect(tellingQuantiles(400).slice(-2)).toEqual([0.99, 0.995]);
    expect(tellingQuantiles(1999).slice(-2)).toEqual([0.99, 0.998]);
    expect(tellingQuantiles(2000).at(-1)).toBe(0.999);
  });

  test('give green the percentage where requests are slow, the floor where they are fast', () => {
    expect(
      latencyThresholds(
        [
          { quantile: 0.5, ms: 10 },
          { quantile: 0.9, ms: 200 },
        ],
        margins,
      ),
    ).toEqual([
      { quantile: 0.5, blueMs: 9.99, greenToleratedMs: 12, greenHarmfulMs: 20 },
      { quantile: 0.9, blueMs: 199.99, greenToleratedMs: 210, greenHarmfulMs: 255.2 },
    ]);
  });

  test('merge quantiles of one duration into the highest, and round to a hundredth of a millisecond', () => {
    const thresholds = latencyThresholds(
      [
        { quantile: 0.1, ms: 2.001 },
        { quantile: 0.2, ms: 2.004 },
        { quantile: 0.3, ms: 2.006 },
      ],
      margins,
    );
    expect(thresholds.map(({ quantile, blueMs }) => [quantile, blueMs])).toEqual([
      [0.2, 1.99],
      [0.3, 2],
    ]);
  });

  test('never fall from one quantile to the next, and leave out a duration of zero', () => {
    const thresholds = latencyThresholds(
      [
        { quantile: 0.9, ms: 49.9 },
        { quantile: 0.5, ms: 50 },
        { quantile: 0.1, ms: 0 },
      ],
      margins,
    );
    expect(thresholds.map(({ quantile, blueMs }) => [quantile, blueMs])).toEqual([[0.9, 49.99]]);
  });

  test('never call harmful what is tolerated', () => {
    const [threshold] = latencyThresholds([{ quantile: 0.5, ms: 100 }], { ...margins, tolerancePercent: 50 });
    expect(threshold).toMatchObject({ greenToleratedMs: 150, greenHarmfulMs: 150 });
  });
});

test('blue is counted from just below its quantile on, so that equal durations count as beyond it', () => {
  const [threshold] = latencyThresholds([{ quantile: 0.5, ms: 20 }], margins);
  expect(threshold?.blueMs).toBeLessThan(20);
  expect(threshold?.greenToleratedMs).toBe(22);
});

test('where every request takes as long, one threshold is left, at a quantile that needs proof', () => {
  const measured = [0.5, 0.7, 0.9, 0.95, 0.99, 0.999].map((quantile) => ({ quantile, ms: 1 }));
  expect(latencyThresholds(measured, margins).map(({ quantile }) => quantile)).toEqual([0.99]);
});
