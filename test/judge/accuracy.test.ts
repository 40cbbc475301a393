import { parseTrace, soundEvidence } from '../../lambdas/contract/kept-evidence';
import { evidenceOfTrace, traceOfEvidence } from '../../lambdas/domain/trace/evidence-of-trace';
import { type JudgeSettings, judgeGates } from '../../lambdas/domain/gates/gates';
import { judge } from '../../lambdas/domain/judge/judge';
import type { Evidence, EventCount, SideCounts } from '../../lambdas/domain/evidence';
import { seeded } from '../../simulator/draws';
import { before, evidence, minuteAt, side } from './evidence';
import { onlyGate, settings } from './settings';

const MINUTES = 15;
const WITHIN = 5;

/** A canary in which blue gets `perMinute` labels a minute and green a tenth of them, from the fifth minute on. */
function canary(seed: number, perMinute: number, blueWrong: number, greenWrong: number): Evidence {
  const random = seeded(seed + 1).uniform;
  const draw = (requests: number, wrong: number): EventCount => {
    let events = 0;
    for (let label = 0; label < requests; label += 1) if (random() < wrong) events += 1;
    return { events, requests };
  };
  const labelled = (count: EventCount): SideCounts => side(1000, { labelled: count });
  const nothing: EventCount = { events: 0, requests: 0 };
  const base = evidence();
  return {
    ...base,
    baseline: before(60, side(1000)).map((one) => ({
      ...one,
      blue: { ...one.blue, labelled: draw(perMinute, blueWrong) },
    })),
    labels: { blue: 60 * perMinute, green: Math.floor((perMinute * (MINUTES - WITHIN)) / 10) },
    horizonMinutes: MINUTES,
    rows: Array.from({ length: MINUTES }, (_, index) => ({
      minute: minuteAt(index),
      weight: 0.1,
      blue: labelled(index < WITHIN ? nothing : draw(Math.round(perMinute * 0.9), blueWrong)),
      green: labelled(index < WITHIN ? nothing : draw(Math.round(perMinute * 0.1), greenWrong)),
    })),
  };
}

const accuracyAlone: JudgeSettings = onlyGate('accuracy');
const shareOf = (
  verdict: string,
  runs: number,
  ...[perMinute, blue, green]: readonly [number, number, number]
): number =>
  Array.from({ length: runs }, (_, run) => judge(canary(run, perMinute, blue, green), accuracyAlone).verdict).filter(
    (one) => one === verdict,
  ).length / runs;

describe('the accuracy gate', () => {
  it.each([
    [200, 0.05, 0.05],
    [200, 0.05, 0.065], // exactly tolerated: 1.1 x 5 % + 1 point
    [1_000, 0.3, 0.34],
    [2_000, 0.01, 0.021],
  ])(
    'stops at most 1 in 100 of greens inside the tolerance: %d labels a minute, %d and %d wrong',
    (perMinute, blue, green) => {
      expect(shareOf('fail', 200, perMinute, blue, green)).toBeLessThanOrEqual(0.01);
    },
  );

  it('proves that a good green does no harm with the labels that it asks for', () => {
    expect(shareOf('pass', 40, 200, 0.05, 0.05)).toBeGreaterThan(0.8);
    expect(shareOf('pass', 40, 200, 0.02, 0.02)).toBeGreaterThan(0.8);
    expect(shareOf('pass', 40, 200, 0.3, 0.3)).toBeGreaterThan(0.8);
  });

  it('promotes at most 1 in 20 of harmful greens, and stops those that answer one in five wrongly', () => {
    expect(shareOf('pass', 200, 200, 0.05, 0.125)).toBeLessThanOrEqual(0.05);
    expect(shareOf('fail', 40, 200, 0.05, 0.2)).toBeGreaterThan(0.9);
  });

  it('goes by whose labels came and not by the weight, because users label what they like', () => {
    const [counter] = judgeGates(canary(1, 200, 0.05, 0.05), accuracyAlone)[0]?.counters ?? [];
    expect(counter).toMatchObject({ share: 'realised', harm: { test: { share: 'realised' } } });
  });

  it('names the counts in its reason', () => {
    const judgement = judge(canary(1, 1_000, 0.05, 0.3), settings);
    expect(judgement).toMatchObject({ verdict: 'fail', gate: 'accuracy' });
    expect(judgement.reason).toMatch(
      /^accuracy: \d\d(\.\d)? % \(\d+ of \d+ of green's labelled answers\) and \d(\.\d)? % \(\d+ of [\d,]+ of blue's\) were wrong: worse \(certainty/,
    );
  });
});

describe('without labels enough', () => {
  const few = (labels: Evidence['labels']): Evidence => {
    const enough = canary(1, 1_000, 0.05, 0.9);
    return { ...enough, labels };
  };

  it.each([
    [
      { blue: 9_000, green: 199 },
      'blue had 9,000 labels in time before the canary, so green may expect 199; at least 200 are needed',
    ],
    [
      { blue: 1, green: 0 },
      'blue had 1 label in time before the canary, so green may expect 0; at least 200 are needed',
    ],
    [undefined, 'no labels were looked for, because green could get none in time; at least 200 are needed'],
  ])('says why it is not judged: %j', (labels, why) => {
    // Pages say nothing of it where no label ever came.
    const unused = labels === undefined ? { unused: true } : {};
    expect(judge(few(labels), settings).notJudged).toEqual([{ gate: 'accuracy', why, ...unused }]);
  });

  it('judges everything else exactly as if the gate were off', () => {
    const { errors, latency, predictions, throttles, custom } = settings.gates as Required<JudgeSettings['gates']>;
    const others = { errors, latency, predictions, throttles, custom };
    const { notJudged, ...judged } = judge(few({ blue: 0, green: 0 }), settings);
    expect(notJudged).toHaveLength(1);
    expect(judged).toEqual(judge(few({ blue: 0, green: 0 }), { ...settings, gates: others }));
  });
});

it('is in the trace, and judged to the same from it', () => {
  const seen = canary(3, 300, 0.05, 0.1);
  const text = JSON.stringify(traceOfEvidence(seen, 'x', settings));
  expect(judge(evidenceOfTrace(parseTrace(JSON.parse(text), 'x')), settings)).toEqual(judge(seen, settings));
});

it.each([
  [{ labelled: { events: 3, requests: 2 } }, /labelled\.events: must be at most requests, 2; got 3/],
  [
    { labelled: { events: 0.5, requests: 2 } },
    /labelled\.events: Invalid input: expected int, received number; got 0\.5/,
  ],
  [{ labelled: null }, /labelled: Invalid input: expected object, received null/],
] as const)('refuses counts that cannot be true: %j', (wrong, message) => {
  const seen = canary(1, 300, 0.05, 0.05);
  const [first, ...rest] = seen.rows;
  const broken = { ...first!, green: { ...first!.green, ...(wrong as object) } };
  expect(() => soundEvidence({ ...seen, rows: [broken, ...rest] })).toThrow(message);
});
