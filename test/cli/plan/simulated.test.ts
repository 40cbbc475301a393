import { questionOf } from '../../../cli/plan/request';
import type { Evidence } from '../../../lambdas/domain/evidence';
import type { JudgedGate, Regression } from '../../../lambdas/domain/gates/gate';
import { judgeGates } from '../../../lambdas/domain/gates/gates';
import { judge } from '../../../lambdas/domain/judge/judge';
import { type BlueDay, dayOfTrace } from '../../../lambdas/domain/plan/blue-day';
import { tossCoins } from '../../../lambdas/domain/plan/coins';
import { drawCanary, drawnBaseline, evidenceOfCanary } from '../../../lambdas/domain/plan/draw-canary';
import { dayDurations, quantilesOf } from '../../../lambdas/domain/plan/durations';
import { type CanaryOutcome, outcomeOf, smallestFound } from '../../../lambdas/domain/plan/try-canary';
import { simulated } from '../../../lambdas/domain/plan/question';
import { minutesUntilJudged, scheduleOf } from '../../../lambdas/domain/plan/schedule';
import { strategySteps } from '../../../lambdas/domain/strategy';
import { thresholdsOfTrace } from '../../../lambdas/domain/trace/thresholds-of-trace';
import { seeded } from '../../../simulator/draws';
import { latencyMargins } from '../../judge/settings';
import { traces } from '../../judge/trace';
import { requestFor } from './planning';

/** A recorded canary with enough traffic that every quantile can be told. */
const BUSY = traces().find(({ baseline }) => baseline.every(({ blue }) => blue.invocations > 500))!;

describe('coins', () => {
  it.each([100, 10_000])('below a share are as many as a binomial draw of %i has', (count) => {
    const random = seeded(3);
    const drawn = Array.from({ length: 400 }, () => tossCoins(count, random).below(0.3));
    const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
    const variance = drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (drawn.length - 1);
    // Four standard errors of the mean, and of the variance about 28 %.
    expect(Math.abs(mean - 0.3 * count)).toBeLessThan(4 * Math.sqrt((0.21 * count) / drawn.length));
    expect(variance / (0.21 * count)).toBeGreaterThan(0.72);
    expect(variance / (0.21 * count)).toBeLessThan(1.28);
  });

  it.each([50, 9_000])('of %i are the same when they are asked again, and no fewer for a larger share', (count) => {
    const coins = tossCoins(count, seeded(4));
    const shares = [0, 0.001, 0.01, 0.2, 0.2001, 0.5, 0.75, 0.999, 1];
    const counts = shares.map(coins.below);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(shares.map(coins.below)).toEqual(counts);
    expect([counts[0], counts.at(-1)]).toEqual([0, count]);
  });
});

describe('a simulated canary', () => {
  const steps = strategySteps('Progressive');
  const [busy, calm] = [2_500, 150].map((requestsPerMinute) => questionOf(requestFor({ requestsPerMinute })).question);
  const what = simulated(busy!, steps, 10);
  const settings = { ...busy!.judge, minimumMinutes: 25 };

  const BAD: readonly Regression[] = [
    { type: 'none' },
    { type: 'points', points: 0.03 },
    { type: 'factor', factor: 4 },
    { type: 'slower', factor: 1.15 },
    { type: 'moved', points: 0.1 },
    { type: 'lost', part: 1 },
    { type: 'throttled', points: 0.02 },
    { type: 'throttled', points: 1 },
    { type: 'points', points: 1 },
  ];

  it('ends as the looks of the judge say, one after each minute', () => {
    const outcomes = BAD.flatMap((regression, run) =>
      [what, simulated(calm!, steps, 10)].map((one) => {
        const evidence = evidenceOfCanary(one, drawCanary(one, seeded(9, run)), regression);
        const outcome = outcomeOf(evidence, judgeGates(evidence, settings), settings);
        expect(outcome).toEqual(byLooks(evidence));
        return outcome.ends;
      }),
    );
    expect(new Set(outcomes).size).toBe(3);
  });

  /** As a rollout does it: a look a minute; `pass` counts when the bake is over, and at each look of its extension. */
  function byLooks(evidence: Evidence): CanaryOutcome {
    const { horizonMinutes: plannedMinutes, rows: minutes } = evidence;
    for (let count = 1; count <= minutes.length; count++) {
      const look = judge({ ...evidence, rows: minutes.slice(0, count) }, settings);
      if (look.verdict === 'fail') return { ends: 'stopped', minute: count, gate: look.gate! };
      const over = count >= plannedMinutes || count === minutes.length;
      if (over && look.verdict === 'pass') return { ends: 'passed', minute: count, extended: count > plannedMinutes };
      if (count === minutes.length) return { ends: 'inconclusive', gate: look.gate };
    }
    throw new Error('no minute');
  }

  it('loses the rarest class to the most frequent one, as much of it as is asked', () => {
    const canary = drawCanary(what, seeded(6));
    const answers = (part: number) => {
      const { rows } = evidenceOfCanary(what, canary, { type: 'lost', part });
      return [0, 1, 2, 3].map((at) => rows.reduce((sum, { green }) => sum + (green.classes[at] ?? 0), 0));
    };
    const [whole, half, none] = [answers(0), answers(0.5), answers(1)];
    expect([none[3], none[0]]).toEqual([0, whole[0]! + whole[3]!]);
    expect(none.slice(1, 3)).toEqual(whole.slice(1, 3));
    expect(half[3]! / whole[3]!).toBeCloseTo(0.5, 1);
  });

  it('has thresholds that an incident of a few minutes of the hour before does not move, as a rollout has', () => {
    const { minutes } = busy!.day;
    const slow = { ...busy!.day, minutes: minutes.map((one, at) => (at < 8 ? slowed(one) : one)) };
    const at = (day: BlueDay) => drawnBaseline({ ...what, day }, 60).thresholds.map(({ blueMs }) => blueMs);
    const [usual, moved] = [at(busy!.day), at(slow)];
    expect(usual).toHaveLength(moved.length);
    usual.forEach((ms, place) => expect(Math.abs(moved[place]! / ms - 1)).toBeLessThan(0.05));
  });
  const slowed = (one: BlueDay['minutes'][number]) => ({
    ...one,
    beyond: one.beyond.map(() => one.durations),
  });

  it('has the minutes of a rollout: two more at each weight but the last, and the extension', () => {
    const { minutes, plannedMinutes } = scheduleOf(steps, 10);
    expect(plannedMinutes).toBe(33);
    expect(minutes.filter(({ weight }) => weight === 5)).toHaveLength(7);
    expect(minutes.filter(({ weight }) => weight === 50)).toHaveLength(15);
    expect(minutesUntilJudged(what.schedule, 1)).toBe(3);
    expect(minutesUntilJudged(what.schedule, 8)).toBe(8 + 1 + 2);
  });

  it('meets the same requests whatever green is like: more of them fail, none fewer', () => {
    const canary = drawCanary(what, seeded(5));
    const failed = (points: number) =>
      evidenceOfCanary(what, canary, { type: 'points', points }).rows.map(({ green }) => green.errors);
    const [few, more] = [failed(0.01), failed(0.02)];
    expect(few.every((count, minute) => count <= (more[minute] ?? -1))).toBe(true);
    const all = evidenceOfCanary(what, canary, { type: 'points', points: 1 });
    expect(all.rows.every(({ green }) => green.errors === green.invocations)).toBe(true);
    expect(all.rows.flatMap(({ green }) => green.classes).every((count) => count === 0)).toBe(true);
  });
});

it('takes a pass at the end of the bake for the end, whatever the extension would have shown', () => {
  const margin = { ratio: 1, points: 0 };
  const minute = { blueEvents: 1, blueRequests: 9, greenEvents: 5, greenRequests: 9, weight: 0.5, routed: true };
  const logEvidence = [0, 0, 0, 9];
  const words = { counts: '', harmless: '', comparison: () => '' };
  const gate = (proof: number): JudgedGate => ({
    gate: 'errors',
    of: { mode: 'enforce', part: 1, noun: 'request', nothing: '' },
    counters: [{ words, part: 1, minutes: new Array(4).fill(minute), history: [], margin, logEvidence }],
    logEvidence,
    logNonInferiority: [proof, proof, proof, proof],
  });
  const { question } = questionOf(requestFor());
  const one = simulated(question, [{ weight: 50, bakeMinutes: 2 }], 2);
  const evidence = evidenceOfCanary(one, drawCanary(one, seeded(1)), { type: 'none' });
  const settings = { ...question.judge, minimumMinutes: 2 };
  expect(outcomeOf(evidence, [gate(4)], settings)).toEqual({ ends: 'passed', minute: 2, extended: false });
  expect(outcomeOf(evidence, [gate(1)], settings)).toEqual({ ends: 'stopped', minute: 4, gate: 'errors' });
});

describe('durations of a day', () => {
  const day = dayOfTrace({ ...BUSY, rows: [] });

  it('have the thresholds that a trace has, within its bins', () => {
    const quantiles = quantilesOf(day.minutes, dayDurations(day), day.edgesMs);
    const ofTrace = thresholdsOfTrace(BUSY, latencyMargins!);
    for (const { quantile, blueMs } of ofTrace) {
      const ms = quantiles.find((one) => one.quantile === quantile)?.ms ?? NaN;
      expect(ms / blueMs).toBeLessThan(1.001);
      expect(ms / blueMs).toBeGreaterThan(0.95);
    }
    expect(ofTrace.length).toBeGreaterThan(5);
  });

  it('fall with every millisecond, between edges and beyond them', () => {
    const beyond = dayDurations(day).beyond(day.minutes[0]!);
    const shares = Array.from({ length: 300 }, (_, step) => beyond(2 * 1.03 ** step));
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares[0]).toBeCloseTo(1, 3);
    expect(shares.at(-1)).toBeCloseTo(0, 3);
  });
});

it('counts all of the traffic of the minutes in which green had a part of it', () => {
  const { minutes } = dayOfTrace(BUSY);
  const row = BUSY.rows[0]!;
  expect(minutes).toHaveLength(BUSY.baseline.length + BUSY.rows.length);
  expect(minutes[BUSY.baseline.length]!.requests).toBeCloseTo(row.blue.invocations + row.green.invocations, 6);
});

it.each([0, 3, 7, 20])('finds the first place from any guess: %i', (guess) => {
  for (let first = 0; first <= 21; first++) expect(smallestFound(21, guess, (place) => place >= first)).toBe(first);
});
