import { judge } from '../../lambdas/domain/judge/judge';
import type { Judgement } from '../../lambdas/domain/judge/judgement';
import { before, evidence, idle, minutes, side } from './evidence';
import { onlyGate, settings } from './settings';
import { thresholds } from './thresholds';

const steady = (count: number) => minutes(count, side(9000), side(1000, { verySlow: thresholds.map(() => 0) }));
const broken = side(100, { errors: 62, modelErrors: 20, nonFiniteOutputs: 2 });

describe('when evidence is missing', () => {
  it('goes on when no minute is settled', () => {
    const judgement = judge(evidence(), settings);
    expect(judgement).toMatchObject({ verdict: 'continue', settledMinutes: 0, greenRequests: 0, logEvidence: [] });
    expect(judgement.reason).toBe('after 0 of 15 minutes, nothing has been counted');
  });

  it.each([
    ['no one called', idle, idle],
    ['green got nothing of busy traffic', side(2000), idle],
    ['green got nothing of sparse traffic', side(30), idle],
  ])('cannot decide when %s', (_what, blue, green) => {
    const early = judge(evidence({ rows: minutes(14, blue, green) }), settings);
    expect(early.verdict).toBe('continue');
    const late = judge(evidence({ rows: minutes(15, blue, green) }), settings);
    expect(late.verdict).toBe('inconclusive');
    expect(late.gates.every(({ nonInferior }) => !nonInferior)).toBe(true);
  });

  it.each([1, 10, 50, 99])(
    'proves and blames nothing at weight %i without green, however long sparse blue goes on',
    (weight) => {
      const blueOnly = minutes(600, side(45, { errors: 9 }), idle).map((minute) => ({
        ...minute,
        weight: weight / 100,
      }));
      const judgement = judge(evidence({ rows: blueOnly, horizonMinutes: 600 }), settings);
      expect(judgement.verdict).toBe('inconclusive');
      expect(judgement.gates.map(({ logNonInferiority }) => logNonInferiority)).toEqual([0, 0, 0, 0]);
    },
  );

  it('does not take blue being steady at its median for proof that an unseen green is fast', () => {
    const half = { slow: [22], verySlow: [22] };
    const blueOnly = minutes(600, side(45, half), { ...idle, slow: [0], verySlow: [0] }).map((minute) => ({
      ...minute,
      weight: 0.5,
    }));
    const baseline = {
      thresholds: thresholds.filter(({ quantile }) => quantile === 0.5),
      baseline: before(60, side(45, half)),
    };
    const judgement = judge(evidence({ ...baseline, rows: blueOnly, horizonMinutes: 600 }), onlyGate('latency'));
    expect(judgement).toMatchObject({ verdict: 'inconclusive', gate: 'latency' });
    expect(judgement.gates[0]).toMatchObject({ logNonInferiority: 0, nonInferior: false });
  });

  it('cannot decide what needs a comparison when blue got nothing', () => {
    const judgement = judge(evidence({ rows: minutes(15, idle, side(200)) }), settings);
    expect(judgement).toMatchObject({ verdict: 'inconclusive', gate: 'latency' });
    // No failure in 3,000 requests is proof in itself: harm is at least half a point, whatever blue does.
    expect(judgement.gates.map(({ nonInferior }) => nonInferior)).toEqual([true, false, false, true]);
  });

  it('judges around minutes in which one side was idle', () => {
    const gaps = [
      ...steady(10),
      ...minutes(3, idle, idle, 10),
      ...steady(15).map((minute, index) => ({
        ...minute,
        minute: new Date(Date.UTC(2026, 0, 5, 13, index)).toISOString(),
      })),
    ];
    expect(judge(evidence({ rows: gaps, horizonMinutes: 28 }), settings).verdict).toBe('pass');
  });

  it.each([
    ['latency', { thresholds: [] }, 'slow', 'latency: nothing to count, blue had too little traffic before the canary'],
    ['predictions', { classNames: [] }, 'classes', "predictions: nothing to count, blue's answers before"],
  ] as const)(
    'never passes when %s is on but blue left it nothing to count, and says so',
    (gate, missing, _field, words) => {
      const empty = gate === 'latency' ? { slow: [], verySlow: [] } : { classes: [] };
      const bare = steady(15).map((minute) => ({
        ...minute,
        blue: { ...minute.blue, ...empty },
        green: { ...minute.green, ...empty },
      }));
      const before60 = { ...missing, baseline: before(60, side(1000, empty)) };
      const judgement = judge(evidence({ ...before60, rows: bare }), settings);
      expect(judgement).toMatchObject({ verdict: 'inconclusive', gate });
      expect(judgement.reason).toContain(words);
      expect(judgement.gates.find((each) => each.gate === gate)).toMatchObject({
        nonInferior: false,
        logNonInferiority: 0,
      });
      expect(judgement.gates.find((each) => each.gate === gate)?.summary).toContain('nothing to count');
    },
  );

  it('never passes when no gate is switched on', () => {
    const judgement = judge(evidence({ rows: steady(15) }), { ...settings, gates: {} });
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.reason).toBe(
      'after 15 of 15 minutes, no gate is switched on that decides, so nothing can be proven',
    );
  });

  it('says which gate lacks how much', () => {
    const judgement = judge(evidence({ rows: minutes(3, side(936), side(104)) }), onlyGate('latency'));
    expect(judgement.verdict).toBe('continue');
    expect(judgement.reason).toMatch(
      /^after 3 of 15 minutes, latency: green 312 requests; certainty [\d.]+ % of the 95 % needed that its p\d+ is not harmfully slower$/,
    );
  });

  it('gives plain data that survives storage', () => {
    const judgement = judge(evidence({ rows: [...steady(3), ...minutes(20, side(0), side(0), 3)] }), settings);
    expect(JSON.parse(JSON.stringify(judgement))).toEqual(judgement);
  });
});

describe('when green is healthy', () => {
  it('passes after the minimum and not a minute before', () => {
    const early = { ...settings, minimumMinutes: 10 };
    const proven = judge(evidence({ rows: steady(9) }), early);
    expect(proven).toMatchObject({ verdict: 'continue' });
    expect(proven.reason).toContain('every gate has its proof of no harm; a pass needs at least 10 minutes');
    const passed = judge(evidence({ rows: steady(10) }), early);
    expect(passed).toMatchObject({ verdict: 'pass', settledMinutes: 10, greenRequests: 10_000, blueRequests: 90_000 });
    expect(passed).not.toHaveProperty('gate');
  });
});

describe('when green is bad', () => {
  const failing = [...minutes(2, side(900), side(100)), ...minutes(3, side(900, { errors: 1 }), broken, 2)];
  const failed = judge(evidence({ rows: failing }), settings);

  it('fails, and says number, comparison, limit and minute', () => {
    expect(failed).toMatchObject({ verdict: 'fail', gate: 'errors' });
    expect(failed.reason).toMatch(
      /^errors: green 20\.7 % \(62 of 300 requests: 40 invocation errors, 20 model errors, 2 non-finite outputs\), blue 0\.04 % \(1 of 2,700 requests\): worse \(certainty above 99\.9 %, stopped from 99 %\), in minute 3$/,
    );
  });

  it('stays failed with the same reason when green recovers and would pass', () => {
    const better = minutes(40, side(9000, { errors: 400 }), steady(1)[0]?.green ?? idle, 10);
    const recovered = [...failing.slice(0, 3), ...better];
    const later = judge(evidence({ rows: recovered, horizonMinutes: 43 }), { ...settings, minimumMinutes: 5 });
    expect(later.logEvidence.at(-1)).toBeLessThan(later.logLimit);
    expect(later).toMatchObject({ verdict: 'fail', gate: 'errors' });
    expect(later.reason).toMatch(/62 of 300 requests.*, in minute 3$/);
  });

  const reasonOf = (green: Partial<ReturnType<typeof side>>, requests = 100): Judgement =>
    judge(evidence({ rows: minutes(5, side(900), side(requests, green)) }), settings);

  it('leads with non-finite outputs when they are most of what failed', () => {
    expect(reasonOf({ errors: 34, nonFiniteOutputs: 30, modelErrors: 4 }).reason).toMatch(
      /^errors: non-finite outputs in 30 % \(\d+ of \d+ green answers\) and 0 % \(0 of .* blue answers\); green 34 % \(\d+ of/,
    );
    expect(reasonOf({ errors: 34, nonFiniteOutputs: 4, modelErrors: 30 }).reason).toMatch(/^errors: green 34 %/);
  });

  it('names the quantile, both bounds and both shares of slow requests', () => {
    const judgement = reasonOf({ slow: thresholds.map((_, index) => 98 - 12 * index) });
    expect(judgement).toMatchObject({ verdict: 'fail', gate: 'latency' });
    expect(judgement.reason).toMatch(
      /^latency: p50 80 → 102 ms, p90 152 → \d+ ms, p99 256 → \d+ ms \(blue → green\); green [\d.]+ % \(\d+ of \d+ requests\) slower than [\d.]+ ms, blue [\d.]+ % \([\d,]+ of [\d,]+ requests\) slower than [\d.]+ ms, its p[\d.]+ before the canary: worse/,
    );
  });

  it('names the class and both shares of answers', () => {
    const judgement = reasonOf({ classes: [15, 85] });
    expect(judgement).toMatchObject({ verdict: 'fail', gate: 'predictions' });
    expect(judgement.reason).toMatch(
      /^predictions: class dog is 85 % of green's answers \(\d+ of \d+\) and 50 % of blue's answers/,
    );
  });

  it('asks only the gates that are on', () => {
    const judgement = judge(evidence({ rows: failing }), onlyGate('latency'));
    expect(judgement.verdict).toBe('continue');
    expect(judgement.gates.map(({ gate }) => gate)).toEqual(['latency']);
  });

  it('gives the parts of a gate without anything to count to the others', () => {
    const empty = { slow: [], verySlow: [], classes: [] };
    const { errors, latency, predictions } = settings.gates;
    const bare = failing.map((minute) => ({
      ...minute,
      blue: { ...minute.blue, ...empty },
      green: { ...minute.green, ...empty },
    }));
    const baseline = {
      thresholds: [],
      classNames: [],
      baseline: before(60, side(1000, empty)),
    };
    const judgement = judge(evidence({ ...baseline, rows: bare }), {
      ...settings,
      gates: { ...(errors && { errors }), ...(latency && { latency }), ...(predictions && { predictions }) },
    });
    expect(judgement.logEvidence).toEqual(judgement.gates[0]?.logEvidence);
  });

  it('is the same at every look', () => {
    expect(judge(evidence({ rows: failing }), settings)).toEqual(failed);
  });
});
