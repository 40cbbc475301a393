import type { Evidence, SideCounts } from '../../lambdas/domain/evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import type { JudgeSettings } from '../../lambdas/domain/gates/gates';
import { simulated } from './canary';
import { before, evidence, idle, minutes, side } from './evidence';
import { gatesOn, onlyGate, settings } from './settings';
import { thresholds } from './thresholds';

describe('at the edges', () => {
  const bare = { slow: [], verySlow: [], classes: [] };

  it.each<readonly [what: string, verdict: string, blue: SideCounts, green: SideCounts]>([
    ['no one called', 'inconclusive', idle, idle],
    ['green was idle', 'inconclusive', side(900), idle],
    ['blue was idle and green did well', 'inconclusive', idle, side(100)],
    ['both failed always', 'inconclusive', side(900, allFail(900)), side(100, allFail(100))],
    ['green alone failed always', 'fail', side(900), side(100, allFail(100))],
    ['blue alone failed always', 'inconclusive', side(900, allFail(900)), side(100)],
    ['green alone was throttled', 'fail', side(900), side(100, { throttles: 100 })],
  ])('says what it must when %s', (_what, verdict, blue, green) => {
    expect(judge(evidence({ rows: minutes(15, blue, green) }), settings).verdict).toBe(verdict);
  });

  it('judges a plan of one minute: everything is staked on it', () => {
    const bad = evidence({ horizonMinutes: 1, rows: minutes(1, side(9000), side(1000, allFail(1000))) });
    expect(judge(bad, { ...settings, minimumMinutes: 1 })).toMatchObject({ verdict: 'fail', decidedAtMinute: 1 });
    const good = evidence({ horizonMinutes: 1, rows: minutes(1, side(9000), side(1000)) });
    expect(judge(good, { ...settings, minimumMinutes: 1 }).verdict).toBe('inconclusive');
  });

  it('takes the failures of a minute that one group of retries could be for one, and stops at a second or at more', () => {
    const failing = (...failed: readonly number[]) =>
      failed.flatMap((errors, index) => minutes(1, side(90), side(20, { errors }), index));
    const at = (...failed: readonly number[]) => judge(evidence({ rows: failing(...failed) }), settings);
    expect(at(10, 0, 0).verdict).not.toBe('fail');
    expect(at(12, 0, 0).verdict).not.toBe('fail');
    expect(at(10, 0, 3)).toMatchObject({ verdict: 'fail', decidedAtMinute: 3 });
    expect(at(13, 0, 0)).toMatchObject({ verdict: 'fail', decidedAtMinute: 1 });
  });

  it('stops a green that fails everything in its first minute, where others than one group should have come', () => {
    const at = (blue: number, green: number, failed = green) =>
      judge(evidence({ rows: minutes(3, side(blue), side(green, { errors: failed })) }), settings);
    expect(at(90, 10)).toMatchObject({ verdict: 'fail', gate: 'errors', decidedAtMinute: 1 });
    expect(at(90, 10, 9)).toMatchObject({ verdict: 'fail', decidedAtMinute: 2 });
    expect(at(54, 6)).toMatchObject({ verdict: 'fail', decidedAtMinute: 1 });
    // Of three requests a minute one group is all that came, and ten are more than should have.
    expect(at(27, 10)).toMatchObject({ verdict: 'fail', decidedAtMinute: 2 });
  });

  it('goes on counting beyond the plan', () => {
    const late = [...minutes(4, side(900), side(100)), ...minutes(4, side(900), side(100, allFail(100)), 4)];
    const judgement = judge(evidence({ horizonMinutes: 2, rows: late }), settings);
    expect(judgement).toMatchObject({ verdict: 'fail', gate: 'errors' });
  });

  it('judges without an hour of blue before, where there are neither thresholds nor classes', () => {
    const nothingBefore = { baseline: [], baselineDurations: 0, thresholds: [], classNames: [] };
    const at = (errors: number) =>
      judge(
        evidence({ ...nothingBefore, rows: minutes(15, side(900, bare), side(100, { ...bare, errors })) }),
        settings,
      );
    expect(at(60)).toMatchObject({ verdict: 'fail', gate: 'errors' });
    expect(at(0)).toMatchObject({ verdict: 'inconclusive' });
  });

  it('judges with one class only: its share cannot grow, which is proof', () => {
    const only = { classes: [100] };
    const blueBefore = { classNames: ['all'], baseline: before(60, side(1000, only)) };
    const judgement = judge(evidence({ ...blueBefore, rows: minutes(15, side(900, only), side(100, only)) }), settings);
    expect(judgement.gates.find(({ gate }) => gate === 'predictions')?.logEvidence.at(-1)).toBeLessThanOrEqual(0);
    expect(judgement.verdict).not.toBe('fail');
  });

  it.each(thresholds.map((threshold) => [threshold.quantile, threshold] as const))(
    'judges with one threshold only, at %d',
    (quantile, threshold) => {
      const beyond = (requests: number, part: number) => ({
        slow: [Math.round(part * requests)],
        verySlow: [Math.round(part * requests)],
      });
      const blueBefore = {
        thresholds: [threshold],
        baseline: before(60, side(1000, beyond(1000, 1 - quantile))),
      };
      const at = (part: number) =>
        judge(
          evidence({
            ...blueBefore,
            rows: minutes(15, side(9000, beyond(9000, 1 - quantile)), side(1000, beyond(1000, part))),
          }),
          onlyGate('latency'),
        ).verdict;
      expect(at(1)).toBe('fail');
      expect(at(1 - quantile)).not.toBe('fail');
      expect(at(0)).not.toBe('fail');
    },
  );

  it.each([1, 10, 50, 90, 99])('stops a green that fails always, and not one like blue, at weight %i', (weight) => {
    const at = (green: SideCounts) =>
      minutes(15, side(50 * (100 - weight)), green).map((minute) => ({ ...minute, weight: weight / 100 }));
    expect(judge(evidence({ rows: at(side(50 * weight, allFail(50 * weight))) }), settings)).toMatchObject({
      verdict: 'fail',
      gate: 'errors',
    });
    expect(judge(evidence({ rows: at(side(50 * weight)) }), settings).verdict).not.toBe('fail');
  });
});

function allFail(requests: number): Partial<SideCounts> {
  return { errors: requests, classes: [0, 0] };
}

describe('more tolerance', () => {
  const stoppedAt = (drawn: Evidence, rules: JudgeSettings) => judge(drawn, rules).decidedAtMinute ?? Infinity;

  it.each([1, 2, 3, 4])('never stops a green earlier for its errors (canary %i)', (seed) => {
    const drawn = simulated({ regression: { type: 'errx', x: 4 } }, 15, seed);
    const at = [1, 1.5, 2.5, 5].map((ratio) =>
      stoppedAt(drawn, {
        ...settings,
        gates: gatesOn({ errors: { tolerance: { ratio, points: 0.0005 }, harm: { ratio: 5, points: 0.005 } } }),
      }),
    );
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at[0]).toBeLessThan(15);
    expect(at.at(-1)).toBe(Infinity);
  });

  it.each([1, 2, 3, 4])('comes from a shift that verification showed (canary %i)', (seed) => {
    const drawn = simulated({ regression: { type: 'drift', d: 0.1 } }, 15, seed);
    const at = [-0.1, 0, 0.03, 0.06, 0.1].map((shift) => {
      const classes = [-shift, shift, 0, 0].map((each) => ({ shift: each, standardError: 0.005 }));
      const expectedShift = { source: 'golden set', answers: 1000, labelled: true, approved: true, classes } as const;
      return stoppedAt({ ...drawn, expectedShift }, onlyGate('predictions'));
    });
    expect(at[0]).toBe(stoppedAt(drawn, onlyGate('predictions')));
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at[0]).toBeLessThan(15);
    expect(at.at(-1)).toBe(Infinity);
  });
});
