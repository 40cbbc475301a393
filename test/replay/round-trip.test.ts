import fc from 'fast-check';
import { parseTrace } from '../../lambdas/contract/trace';
import type { Evidence, LatencyThreshold, SideCounts } from '../../lambdas/domain/judge/evidence';
import { isProven } from '../../lambdas/domain/judge/3-gates/latency-quantiles';
import { evidenceOfTrace } from '../../lambdas/domain/trace/evidence-of-trace';
import { traceOfEvidence } from '../../lambdas/domain/trace/trace-of-evidence';
import { settings } from '../judge/settings';

const count = fc.nat(500);
const minuteAt = (index: number) => new Date(Date.UTC(2026, 0, 5, 12, index)).toISOString();
const throughJson = (evidence: Evidence) => {
  const kept = { ...settings, gates: { ...settings.gates, custom: undefined } };
  const text = JSON.stringify(traceOfEvidence(evidence, 'round-trip', kept));
  const trace = parseTrace(JSON.parse(text), 'round-trip');
  return { trace, evidence: evidenceOfTrace(trace) };
};

const thresholdsOf = (quantiles: readonly number[]): fc.Arbitrary<LatencyThreshold[]> =>
  fc
    .uniqueArray(fc.integer({ min: 100, max: 50_000 }), { minLength: quantiles.length, maxLength: quantiles.length })
    .map((hundredths) => {
      const sorted = [...hundredths].sort((a, b) => a - b);
      return quantiles.map((quantile, index) => {
        const ms = (sorted[index] ?? 0) / 100;
        return { quantile, blueMs: ms, greenToleratedMs: round(ms * 1.05 + 2), greenHarmfulMs: round(ms * 1.276 + 10) };
      });
    });
const round = (ms: number) => Math.round(ms * 100) / 100;

/** Counts as queries give them: any, even if two contradict each other, or as one series of durations does. */
const sideOf = (thresholds: readonly LatencyThreshold[], classes: number, harm: 'counted' | 'as adapters do') =>
  fc
    .record({
      failures: fc.tuple(count, count, count),
      more: count,
      throttles: count,
      durations: count,
      slow: fc.array(count, { minLength: thresholds.length, maxLength: thresholds.length }),
      very: fc.array(count, { minLength: thresholds.length, maxLength: thresholds.length }),
      classes: fc.array(count, { minLength: classes, maxLength: classes }),
      custom: fc.array(fc.tuple(count, count), { maxLength: 2 }),
    })
    .map(
      ({
        failures: [invocationErrors, modelErrors, nonFiniteOutputs],
        more,
        slow,
        very,
        custom,
        ...rest
      }): SideCounts => ({
        ...rest,
        requests: invocationErrors + modelErrors + nonFiniteOutputs + more,
        invocationErrors,
        modelErrors,
        nonFiniteOutputs,
        slow,
        verySlow: thresholds.map((one, index) => (harm === 'counted' || isProven(one) ? very : slow)[index] ?? 0),
        custom: custom.map(([events, others]) => ({ events, requests: events + others })),
      }),
    );

const withoutHarm = ({ slow, classes, custom, ...rest }: SideCounts): Omit<SideCounts, 'verySlow'> => {
  const { requests, invocationErrors, modelErrors, nonFiniteOutputs, throttles, durations } = rest;
  return { requests, invocationErrors, modelErrors, nonFiniteOutputs, throttles, durations, slow, classes, custom };
};

const evidence = fc
  .record({
    thresholds: fc.subarray([0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 0.999]).chain(thresholdsOf),
    classes: fc.constantFrom(0, 2, 4),
    harm: fc.constantFrom('counted' as const, 'as adapters do' as const),
    shift: fc.boolean(),
    leftOut: fc.boolean(),
  })
  .chain(({ thresholds, classes, harm, shift, leftOut }) => {
    const side = sideOf(thresholds, classes, harm);
    const lists = (least: number) =>
      fc.array(fc.record({ blue: side, green: side, weight: fc.integer({ min: 1, max: 99 }) }), {
        minLength: least,
        maxLength: 4,
      });
    return fc
      .record({ before: lists(0), during: lists(0), durations: count })
      .map(({ before, during, durations }): Evidence => ({
        baseline: {
          minutes: before.map(({ blue }, index) => ({ minute: minuteAt(index), blue: withoutHarm(blue) })),
          durations,
          thresholds,
          classNames: Array.from({ length: classes }, (_, index) => `answer ${index}`),
        },
        plannedMinutes: 15,
        minutes: during.map((one, index) => ({ minute: minuteAt(100 + index), ...one })),
        ...(shift && {
          expectedShift: {
            source: 'golden set',
            answers: 10,
            classes: Array.from({ length: classes }, () => ({ shift: 0.1, standardError: 0.02 })),
          },
        }),
        ...(leftOut && { oneAfterTheOther: true, warmOnly: true }),
        ...(leftOut && { leftOut: [{ minute: minuteAt(99), why: 'late' }] }),
      }));
  });

describe('what a rollout keeps of itself', () => {
  it('is the evidence that was judged, whatever was counted', () => {
    fc.assert(
      fc.property(evidence, (one) => expect(throughJson(one).evidence).toEqual(one)),
      { numRuns: 500 },
    );
  });

  it('keeps counts in bins alone where they do not contradict each other', () => {
    const thresholds = [
      { quantile: 0.5, blueMs: 10, greenToleratedMs: 12, greenHarmfulMs: 20 },
      { quantile: 0.9, blueMs: 30, greenToleratedMs: 32, greenHarmfulMs: 40 },
    ];
    const rest = {
      requests: 100,
      invocationErrors: 1,
      modelErrors: 0,
      nonFiniteOutputs: 0,
      throttles: 0,
      durations: 90,
      classes: [],
      custom: [],
    };
    const blue = { ...rest, slow: [50, 10], verySlow: [50, 10] };
    const green = { ...rest, slow: [48, 8], verySlow: [30, 3] };
    const { trace } = throughJson({
      baseline: { minutes: [], durations: 90, thresholds, classNames: [] },
      plannedMinutes: 1,
      minutes: [{ minute: minuteAt(0), weight: 50, blue, green }],
    });
    expect(trace.latencyBins).toEqual({ unit: 'ms', edges: [10, 12, 20, 30, 32, 40] });
    expect(trace.rows[0]?.blue).toMatchObject({
      latency: [
        [0, 40],
        [3, 40],
        [6, 10],
      ],
    });
    expect(trace.rows[0]?.green).toMatchObject({
      latency: [
        [1, 42],
        [2, 18],
        [4, 22],
        [5, 5],
        [6, 3],
      ],
    });
    expect(Object.keys(trace.rows[0]?.green ?? {})).not.toEqual(expect.arrayContaining(['slow']));
  });
});
