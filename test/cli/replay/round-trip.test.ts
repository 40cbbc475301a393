import fc from 'fast-check';
import { parseTrace } from '../../../lambdas/contract/kept-evidence';
import type { Evidence, LatencyThreshold, SideCounts } from '../../../lambdas/domain/evidence';
import { isProven } from '../../../lambdas/domain/gates/latency-quantiles';
import { evidenceOfTrace, traceOfEvidence } from '../../../lambdas/domain/trace/evidence-of-trace';
import { settings } from '../../judge/settings';

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

/** Counts as queries give them: more may be beyond a later threshold than beyond an earlier one. */
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
      }): SideCounts => {
        const invocations = invocationErrors + modelErrors + nonFiniteOutputs + more;
        const durations = Math.min(rest.durations, invocations);
        const beyond = (counts: readonly number[], index: number) => Math.min(counts[index] ?? 0, durations);
        return {
          ...rest,
          invocations,
          errors: invocationErrors + modelErrors + nonFiniteOutputs,
          modelErrors,
          nonFiniteOutputs,
          durations,
          slow: slow.map((_, index) => beyond(slow, index)),
          verySlow: thresholds.map((one, index) => beyond(harm === 'counted' || isProven(one) ? very : slow, index)),
          custom: custom.map(([events, others]) => ({ events, requests: events + others })),
        };
      },
    );

const withoutHarm = ({ slow, classes, custom, ...rest }: SideCounts): Omit<SideCounts, 'verySlow'> => {
  const { invocations, errors, modelErrors, nonFiniteOutputs, throttles, durations } = rest;
  return { invocations, errors, modelErrors, nonFiniteOutputs, throttles, durations, slow, classes, custom };
};

const anyEvidence = fc
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
        baseline: before.map(({ blue }, index) => ({ minute: minuteAt(index), blue: withoutHarm(blue) })),
        // A quantile of no durations cannot have been measured.
        baselineDurations: durations + 1,
        thresholds,
        classNames: Array.from({ length: classes }, (_, index) => `answer ${index}`),
        horizonMinutes: 15,
        rows: during.map((one, index) => ({ minute: minuteAt(100 + index), ...one, weight: one.weight / 100 })),
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

const side = (requests: number) => ({
  ...{ invocations: requests, errors: 0, modelErrors: 0, nonFiniteOutputs: 0, throttles: 0, durations: requests },
  ...{ classes: [], custom: [] },
});
const evidence = (thresholds: readonly LatencyThreshold[]): Omit<Evidence, 'rows'> => ({
  ...{ baseline: [], baselineDurations: 90, thresholds, classNames: [], horizonMinutes: 1 },
});

describe('what a rollout keeps of itself', () => {
  it('is the evidence that was judged, whatever was counted', () => {
    fc.assert(
      fc.property(anyEvidence, (one) => expect(throughJson(one).evidence).toEqual(one)),
      { numRuns: 500 },
    );
  });

  it('is its very counts: nothing is put into bins that was not counted in any', () => {
    const blue = { ...side(100), slow: [50], verySlow: [50] };
    const green = { ...side(20), slow: [9], verySlow: [7] };
    const { trace } = throughJson({
      ...evidence([{ quantile: 0.5, blueMs: 10, greenToleratedMs: 12, greenHarmfulMs: 20 }]),
      rows: [{ minute: minuteAt(0), weight: 0.5, blue, green }],
    });
    expect(trace.latencyBins).toBeUndefined();
    expect(trace.rows[0]).toMatchObject({ t: 1, weight: 0.5, green: { invocations: 20, slow: [9], verySlow: [7] } });
  });
});
