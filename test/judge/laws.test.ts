import fc from 'fast-check';
import type { Evidence, SideCounts } from '../../lambdas/domain/evidence';
import type { JudgeSettings } from '../../lambdas/domain/gates/gates';
import { differenceBounds } from './difference-bounds';
import { judge } from '../../lambdas/domain/judge/judge';
import { anyEvidence, everyGate } from './any-evidence';
import { evidence, minutes, side } from './evidence';
import { onlyGate, settings } from './settings';
import { thresholds } from './thresholds';

const RUNS = { seed: 20_260_105, numRuns: 150 };

/** Every number in a result, with its path. */
function numbersIn(value: unknown, path = ''): (readonly [path: string, value: number])[] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${path}.${key}`));
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

const upTo = (whole: Evidence, count: number): Evidence => ({ ...whole, rows: whole.rows.slice(0, count) });

describe('whatever the counts', () => {
  it('answers in finite numbers, and in plain data that survives storage', () => {
    fc.assert(
      fc.property(anyEvidence(), (drawn) => {
        const judgement = judge(drawn, everyGate);
        for (const [path, value] of numbersIn(judgement)) {
          if (!Number.isFinite(value)) throw new Error(`${path} is ${value}`);
        }
        expect(JSON.parse(JSON.stringify(judgement))).toEqual(judgement);
        expect(judgement.reason).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { ...RUNS, numRuns: 400 },
    );
  });

  it('gives the same answer to the same evidence, asked again or read anew, and leaves it as it was', () => {
    fc.assert(
      fc.property(anyEvidence(), (drawn) => {
        const evidenceBefore = structuredClone(drawn);
        const first = judge(frozen(drawn), frozen(structuredClone(everyGate)));
        expect(judge(drawn, everyGate)).toEqual(first);
        expect(judge(evidenceBefore, everyGate)).toEqual(first);
        expect(drawn).toEqual(evidenceBefore);
      }),
      RUNS,
    );
  });

  it('never takes back what it said: later minutes change no earlier evidence, and no fail', () => {
    fc.assert(
      fc.property(anyEvidence({ timed: 'all' }), fc.nat(5), (drawn, count) => {
        const early = judge(upTo(drawn, count), everyGate);
        const late = judge(drawn, everyGate);
        expect(late.logEvidence.slice(0, count)).toEqual(early.logEvidence);
        late.gates.forEach((gate, index) => {
          expect(gate.logEvidence.slice(0, count)).toEqual(early.gates[index]?.logEvidence);
          expect(gate.logNonInferiority).toBeGreaterThanOrEqual(early.gates[index]?.logNonInferiority ?? 0);
        });
        if (early.verdict !== 'fail') return;
        const { verdict, gate, decidedAtMinute, reason } = early;
        expect(late).toMatchObject({ verdict, gate, decidedAtMinute, reason });
      }),
      RUNS,
    );
  });

  // Harm of 95 points and 5 more leaves no rate that is harmful: there is nothing to prove, and no number to prove it
  // with.
  it('answers in finite numbers when verification expects a class to take over', () => {
    const classes = [0.95, -0.95].map((shift) => ({ shift, standardError: 0 }));
    const drawn = evidence({
      rows: minutes(3, side(900), side(100)),
      expectedShift: { source: 'golden set', answers: 100, labelled: true, approved: true, classes },
    });
    expect(numbersIn(judge(drawn, settings)).filter(([, value]) => !Number.isFinite(value))).toEqual([]);
  });

  it('keeps the evidence on durations when a later minute times fewer requests', () => {
    const sparse = minutes(5, side(38), side(2, { slow: thresholds.map(() => 2) }));
    const cold = minutes(
      1,
      side(38),
      side(2, { durations: 1, slow: thresholds.map(() => 0), verySlow: thresholds.map(() => 0) }),
      5,
    );
    const early = judge(evidence({ rows: sparse }), onlyGate('latency'));
    const late = judge(evidence({ rows: [...sparse, ...cold] }), onlyGate('latency'));
    expect(late.logEvidence.slice(0, 5)).toEqual(early.logEvidence);
  });

  it('fails in no minute in which a look without hindsight would not', () => {
    fc.assert(
      fc.property(anyEvidence({ timed: 'all' }), (drawn) => {
        const { decidedAtMinute } = judge(drawn, everyGate);
        const looks = drawn.rows.map((_, index) => judge(upTo(drawn, index + 1), everyGate).verdict);
        expect(looks.indexOf('fail') + 1).toBe(decidedAtMinute ?? 0);
      }),
      RUNS,
    );
  });

  it('sees how many failed and not how, and shares of answers and not their order', () => {
    const { errors, predictions, custom } = everyGate.gates;
    const gates = { ...(errors && { errors }), ...(predictions && { predictions }), ...(custom && { custom }) };
    fc.assert(
      fc.property(anyEvidence(), (drawn) => {
        const turned = <T extends Omit<SideCounts, 'verySlow'>>(one: T): T => ({
          ...one,
          modelErrors: 0,
          nonFiniteOutputs: one.errors,
          classes: [...one.classes].reverse(),
        });
        const other: Evidence = {
          ...drawn,
          classNames: [...drawn.classNames].reverse(),
          baseline: drawn.baseline.map((row) => ({ ...row, blue: turned(row.blue) })),
          rows: drawn.rows.map((row) => ({ ...row, blue: turned(row.blue), green: turned(row.green) })),
          ...(drawn.expectedShift && {
            expectedShift: { ...drawn.expectedShift, classes: [...drawn.expectedShift.classes].reverse() },
          }),
        };
        const rules = { ...everyGate, gates };
        const [one, two] = [judge(drawn, rules), judge(other, rules)];
        one.logEvidence.forEach((value, index) => expect(two.logEvidence[index]).toBeCloseTo(value, 8));
        expect(two.verdict).toBe(one.verdict);
      }),
      RUNS,
    );
  });
});

describe('when green did exactly as blue did', () => {
  const times = (one: SideCounts, factor: number): SideCounts => {
    const all = (counts: readonly number[]) => counts.map((count) => factor * count);
    return {
      invocations: factor * one.invocations,
      errors: factor * one.errors,
      modelErrors: factor * one.modelErrors,
      nonFiniteOutputs: factor * one.nonFiniteOutputs,
      throttles: factor * one.throttles,
      durations: factor * one.durations,
      slow: all(one.slow),
      verySlow: all(one.verySlow),
      classes: all(one.classes),
      custom: one.custom.map(({ events, requests }) => ({ events: factor * events, requests: factor * requests })),
    };
  };

  /** From 50 requests a minute on the counted share is used, and then the law is exact, whatever the weight. */
  it('gains no evidence at all, whatever its part of the traffic and whatever blue did before', () => {
    fc.assert(
      fc.property(anyEvidence({ timed: 'all', consistent: true }), fc.integer({ min: 1, max: 9 }), (drawn, factor) => {
        const alike: Evidence = {
          ...drawn,
          rows: drawn.rows.map((row) => {
            const green = row.green.invocations < 50 ? times(row.green, 0) : row.green;
            return { ...row, green, blue: times(green, factor) };
          }),
        };
        // A custom counter or a throttle beside few requests would be compared by the weight.
        const rules: JudgeSettings = { ...everyGate, gates: { ...everyGate.gates } };
        const throttledFew = alike.rows.some(({ green, blue }) => {
          const sent = green.invocations + green.throttles + blue.invocations + blue.throttles;
          return sent > 0 && sent < 50;
        });
        fc.pre(!throttledFew);
        const judgement = judge(alike, rules);
        expect(judgement.verdict).not.toBe('fail');
        // Rounding grows with the counts: a billion requests, each worth up to some nats.
        for (const value of judgement.logEvidence) expect(value).toBeLessThanOrEqual(1e-4);
      }),
      RUNS,
    );
  });

  it('bounds the difference on one side as it does on the other, with the versions swapped', () => {
    const count = fc.integer({ min: 0, max: 200 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.record({ blue: count, green: count, bad: share, worse: share }), { maxLength: 3 }),
        (drawn) => {
          const looks = drawn.map(({ blue, green, bad, worse }) => ({
            blueEvents: Math.floor(bad * blue),
            blueRequests: blue,
            greenEvents: Math.floor(worse * green),
            greenRequests: green,
            weight: 0.3,
          }));
          const swapped = looks.map((one) => ({
            blueEvents: one.greenEvents,
            blueRequests: one.greenRequests,
            greenEvents: one.blueEvents,
            greenRequests: one.blueRequests,
            weight: 0.7,
          }));
          const { lower, upper } = differenceBounds(looks, [], 0.05);
          const other = differenceBounds(swapped, [], 0.05);
          // "No difference" is put to the test from either version's side, so a verdict on exactly 0 may differ.
          if (lower < 0 === other.upper > 0) expect(other.upper).toBeCloseTo(-lower, 10);
          if (upper > 0 === other.lower < 0) expect(other.lower).toBeCloseTo(-upper, 10);
        },
      ),
      { ...RUNS, numRuns: 40 },
    );
  });
});
