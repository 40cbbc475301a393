import { judge } from '../../lambdas/domain/judge/judge';
import type { Judgement } from '../../lambdas/domain/judge/judgement';
import { healthy, simulate, type Canary, type Version } from './canary';
import { settings } from './settings';

const runs = (count: number, canary: Omit<Canary, 'seed'>): Judgement[] =>
  Array.from({ length: count }, (_, index) => judge(simulate({ ...canary, seed: 7919 * (index + 1) }), settings));

const share = (judgements: readonly Judgement[], verdict: Judgement['verdict']): number =>
  judgements.filter((judgement) => judgement.verdict === verdict).length / judgements.length;

const always = (version: Version) => () => version;

/** The minute, 1 for the first, in which the evidence reached the limit. */
const decidedAt = ({ logEvidence, logLimit }: Judgement): number =>
  logEvidence.findIndex((value) => value >= logLimit) + 1;

describe('simulated canaries', () => {
  it('stops fewer than 1 in 50 greens that are exactly like blue', () => {
    const judgements = runs(100, { requestsPerMinute: 300, weight: 10, minutes: 15, green: always(healthy) });
    expect(share(judgements, 'fail')).toBeLessThan(0.02);
  });

  it('does not blame green for incidents that hit both versions', () => {
    const blue = { ...healthy, errorRate: 0.2 };
    const judgements = runs(25, { requestsPerMinute: 300, weight: 10, minutes: 15, blue, green: always(blue) });
    expect(share(judgements, 'fail')).toBe(0);
  });

  it('stops errors that rise from 1 to 5 % within 15 minutes at 600 requests a minute, and blames errors', () => {
    const green = always({ ...healthy, errorRate: 0.05 });
    const judgements = runs(30, { requestsPerMinute: 600, weight: 10, minutes: 15, green });
    expect(share(judgements, 'fail')).toBeGreaterThan(0.95);
    const failed = judgements.filter(({ verdict }) => verdict === 'fail');
    expect(new Set(failed.map(({ gate }) => gate))).toEqual(new Set(['errors']));
    const minutes = failed.map(decidedAt).sort((a, b) => a - b);
    expect(minutes[Math.floor(minutes.length / 2)]).toBeLessThanOrEqual(7);
  });

  it('stops a regression that begins in minute 20', () => {
    const green = (minute: number) => (minute < 20 ? healthy : { ...healthy, errorRate: 0.15 });
    const judgements = runs(6, { requestsPerMinute: 300, weight: 10, minutes: 30, green });
    expect(share(judgements, 'fail')).toBe(1);
    for (const judgement of judgements) expect(decidedAt(judgement)).toBeGreaterThanOrEqual(20);
  });

  it.each([
    ['latency', { ...healthy, slowdown: 1.3 }],
    ['predictions', { ...healthy, classes: [0.3, 0.5, 0.15, 0.05] }],
    ['errors', { ...healthy, errorRate: 1 }],
  ] as const)('blames %s for what only that gate can see', (gate, version) => {
    const judgements = runs(8, { requestsPerMinute: 600, weight: 10, minutes: 15, green: always(version) });
    expect(judgements.map((judgement) => judgement.gate)).toEqual(Array(8).fill(gate));
    expect(share(judgements, 'fail')).toBe(1);
  });

  it('passes a healthy green at 3,000 requests a minute, and mostly cannot tell at 600', () => {
    const busy = runs(10, { requestsPerMinute: 3000, weight: 10, minutes: 15, green: always(healthy) });
    expect(share(busy, 'pass')).toBeGreaterThanOrEqual(0.9);
    const quiet = runs(20, { requestsPerMinute: 600, weight: 10, minutes: 15, green: always(healthy) });
    expect(share(quiet, 'inconclusive')).toBeGreaterThan(0.4);
    expect(share(quiet, 'fail')).toBe(0);
  });

  it('never passes a green that is harmful on one gate', () => {
    const green = always({ ...healthy, errorRate: 0.02 });
    const judgements = runs(20, { requestsPerMinute: 1000, weight: 10, minutes: 15, green });
    expect(share(judgements, 'pass')).toBeLessThanOrEqual(0.05);
  });

  it('takes few milliseconds to look at an hour of data', () => {
    const hour = simulate({ seed: 1, requestsPerMinute: 500, weight: 10, minutes: 60, green: always(healthy) });
    const looks = Array.from({ length: 15 }, () => {
      const start = performance.now();
      judge(hour, settings);
      return performance.now() - start;
    });
    // Typically 5 to 8 ms warm in plain Node; two or three times that inside a test runner on a busy machine.
    expect(Math.min(...looks)).toBeLessThan(30);
  });
});
