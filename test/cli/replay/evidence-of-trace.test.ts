import { parseTrace } from '../../../lambdas/contract/kept-evidence';
import { evidenceOfTrace } from '../../../lambdas/domain/trace/evidence-of-trace';
import { evidenceOf, traces } from '../../judge/trace';
import { type SmallTrace, smallTrace } from './small-trace';

const margins = { tolerancePercent: 5, toleranceFloorMs: 2, harmPercent: 27.6, harmFloorMs: 10 };
const read = (change: (trace: SmallTrace) => void = () => {}) => {
  const trace = smallTrace();
  change(trace);
  return evidenceOfTrace(parseTrace(trace, 'small'), margins);
};

describe('the evidence of a trace', () => {
  it('holds green to one bin of 5 % more than blue, and to five for harm', () => {
    const all = traces().flatMap((trace) => evidenceOf(trace).thresholds);
    expect(all.length).toBeGreaterThan(100);
    for (const one of all) {
      expect(one.greenToleratedMs / one.blueMs).toBeCloseTo(1.05, 9);
      expect(one.greenHarmfulMs / one.blueMs).toBeCloseTo(1.05 ** 5, 9);
    }
  });

  it('holds no version to less than two milliseconds', () => {
    const slower = read((trace) => (trace.latencyBins = { unit: 'ms', edge0: 20, ratio: 1.05, count: 20 }));
    // The 90th percentile is in bin 2, 22.05 ms; 2 ms later is the second edge after it.
    expect(slower.thresholds.find(({ quantile }) => quantile === 0.9)?.greenToleratedMs).toBeCloseTo(20 * 1.05 ** 4);
  });

  it('keeps only quantiles with two requests beyond them, and one of those in the same bin', () => {
    // 20 requests: 8 in bin 0, 12 in bin 2; .95 has one beyond it.
    expect(read().thresholds.map(({ quantile, blueMs }) => [quantile, blueMs])).toEqual([
      [0.2, 50],
      [0.9, 50 * 1.05 ** 2],
    ]);
  });

  it('counts blue beyond its own duration and green beyond the tolerated and the harmful one', () => {
    const evidence = read((trace) =>
      Object.assign(trace.rows[0]?.green ?? {}, {
        latency: [
          [1, 1],
          [3, 2],
          [7, 3],
          [9, 4],
        ],
      }),
    );
    expect(evidence.rows[0]?.blue.slow).toEqual([6, 0]);
    // 50 ms: tolerated 52.5 (bin 1); 55.1 ms: tolerated 57.9 (bin 3), harmful 70.4 (bin 7).
    expect(evidence.rows[0]?.green).toMatchObject({ slow: [9, 7], verySlow: [9, 4] });
  });

  it('reads errors as failed invocations unless parts of them are given', () => {
    const evidence = read((trace) => Object.assign(trace.rows[0]?.green ?? {}, { modelErrors: 1 }));
    expect(evidence.rows[0]?.green).toMatchObject({
      invocations: 10,
      errors: 1,
      modelErrors: 1,
      durations: 10,
    });
    expect(evidence.rows[1]?.green).toMatchObject({
      errors: 1,
      modelErrors: 0,
      throttles: 0,
      classes: [5, 4],
    });
  });

  it('leaves out rows in which one version had all traffic, and says so', () => {
    const evidence = read((trace) =>
      [0, 1].forEach((weight, index) => Object.assign(trace.rows[index] ?? {}, { weight })),
    );
    expect(evidence.rows).toHaveLength(1);
    expect(evidence.leftOut?.map(({ why }) => why)).toEqual([
      'green had no weight',
      'green had all traffic, and no blue beside it',
    ]);
  });

  it('takes a small weight for one percent, and never for none', () => {
    expect(read((trace) => Object.assign(trace.rows[0] ?? {}, { weight: 0.001 })).rows[0]?.weight).toBe(0.01);
  });

  it('holds no version to a duration when the gate is off', () => {
    expect(evidenceOfTrace(parseTrace(smallTrace(), 'small')).thresholds).toEqual([]);
  });
});
