import fc from 'fast-check';
import type { BaselineMinute, Evidence, SideCounts } from '../../lambdas/domain/evidence';
import type { JudgeSettings } from '../../lambdas/domain/gates/gates';
import { minuteAt } from './evidence';
import { settings as shipped } from './settings';
import { thresholds } from './thresholds';

/** Evidence at random that the judge must take: any counts that can be true, however odd. */

/** Mostly small, none among them, now and then a billion. */
const requests = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 60 }),
  fc.integer({ min: 0, max: 5000 }),
  fc.constant(1e9),
);
/** All, none, and what lies between. */
const share = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));

/** -0 would not survive storage. */
const shift = fc.double({ min: -0.8, max: 0.8, noNaN: true }).map((drawn) => drawn + 0);

export interface Sizes {
  readonly thresholds: number;
  readonly classes: number;
}

/**
 * @param timed whether each request's duration is counted
 * @param consistent whether no more requests are beyond a later threshold than beyond an earlier one
 */
const side = (sizes: Sizes, timed: 'all' | 'some', consistent: boolean): fc.Arbitrary<SideCounts> =>
  fc
    .record({
      requests,
      failing: share,
      kinds: fc.tuple(share, share),
      throttles: requests,
      timed: timed === 'all' ? fc.constant(1) : share,
      slow: fc.array(share, { minLength: sizes.thresholds, maxLength: sizes.thresholds }),
      verySlow: fc.array(share, { minLength: sizes.thresholds, maxLength: sizes.thresholds }),
      classes: fc.array(share, { minLength: sizes.classes, maxLength: sizes.classes }),
      custom: fc.record({ requests, events: share }),
    })
    .map((drawn): SideCounts => {
      const all = drawn.requests;
      const durations = Math.floor(drawn.timed * all);
      const beyond = (shares: readonly number[]) => {
        const counts = shares.map((one) => Math.floor(one * durations));
        return consistent ? counts.sort((a, b) => b - a) : counts;
      };
      const failed = Math.floor(drawn.failing * all);
      const model = Math.floor(drawn.kinds[0] * failed);
      const nonFinite = Math.floor(drawn.kinds[1] * (failed - model));
      return {
        invocations: all,
        errors: failed,
        modelErrors: model,
        nonFiniteOutputs: nonFinite,
        throttles: drawn.throttles,
        durations,
        slow: beyond(drawn.slow),
        verySlow: beyond(drawn.verySlow),
        classes: drawn.classes.map((one) => Math.floor((one * (all - failed)) / Math.max(1, sizes.classes))),
        custom: [{ requests: drawn.custom.requests, events: Math.floor(drawn.custom.events * drawn.custom.requests) }],
      };
    });

export const anyEvidence = ({
  timed = 'some',
  consistent = false,
}: { timed?: 'all' | 'some'; consistent?: boolean } = {}): fc.Arbitrary<Evidence> =>
  fc
    .record({ chosen: fc.subarray([...thresholds]), classes: fc.integer({ min: 0, max: 3 }) })
    .chain(({ chosen, classes }) => {
      const one = side({ thresholds: chosen.length, classes }, timed, consistent);
      return fc
        .record({
          before: fc.array(one, { maxLength: 14 }),
          // Weights may change while the canary goes on.
          minutes: fc.array(fc.record({ weight: fc.integer({ min: 1, max: 99 }), blue: one, green: one }), {
            maxLength: 6,
          }),
          plannedMinutes: fc.integer({ min: 1, max: 8 }),
          shifts: fc.option(fc.array(shift, { minLength: 3, maxLength: 3 }), {
            nil: undefined,
          }),
        })
        .map(({ before, minutes, plannedMinutes, shifts }): Evidence => ({
          baseline: before.map((blue, index): BaselineMinute => ({ minute: minuteAt(index - before.length), blue })),
          baselineDurations: 1000,
          thresholds: chosen,
          classNames: Array.from({ length: classes }, (_, index) => `${index}`),
          horizonMinutes: plannedMinutes,
          rows: minutes.map((minute, index) => ({ minute: minuteAt(index), ...minute, weight: minute.weight / 100 })),
          ...(shifts && {
            expectedShift: {
              source: 'captured requests',
              answers: 100,
              labelled: true,
              classes: shifts.slice(0, classes).map((shift) => ({ shift, standardError: 0.05 })),
            },
          }),
        }));
    });

/** All gates, the user's own among them. */
export const everyGate: JudgeSettings = {
  ...shipped,
  minimumMinutes: 3,
  gates: {
    ...shipped.gates,
    custom: [
      { name: 'fallbacks', mode: 'enforce', tolerance: { ratio: 1, points: 0 }, harm: { ratio: 2, points: 0.01 } },
    ],
  },
};
