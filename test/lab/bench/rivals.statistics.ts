import { alarmAny, alarmRate, alarmSam } from '../../../lab/bench/judge/rivals/alarms';
import { argo } from '../../../lab/bench/judge/rivals/argo';
import { flagger, flaggerSkip } from '../../../lab/bench/judge/rivals/flagger';
import { classify, DEFAULT_RULE } from '../../../lab/bench/judge/rivals/kayenta/classify';
import { score } from '../../../lab/bench/judge/rivals/kayenta/score';
import { kayenta10, kayenta60, kayentaNoModel10 } from '../../../lab/bench/judge/rivals/kayenta/judge';
import { percentileMs } from '../../../lab/bench/judge/rivals/minute-values';
import { seqLm } from '../../../lab/bench/judge/rivals/seq-lm';
import { ENTRIES } from '../../../lab/bench/judge/judges/all';
import type { Canary, SimulatedSide } from '../../../lab/bench/judge/simulate/canary';
import { seeded } from '../../../simulator/draws';
import { BINS, PLAIN, type Setting } from '../../../lab/bench/judge/simulate/setting';
import { simulate } from '../../../lab/bench/judge/simulate/simulate';

/** A minute of green: requests, failures among them, and the bin that every latency falls into (43 is 80 ms). */
function side(invocations: number, errors: number, bin = 43): SimulatedSide {
  const latency = new Uint32Array(BINS.count);
  latency[bin] = invocations;
  return { invocations, errors, latency, classes: Uint32Array.of(invocations - errors, 0, 0, 0) };
}

/** Blue without a failure beside the given minutes of green, and then quiet, healthy ones up to the hour. */
function canary(green: readonly SimulatedSide[]): Canary {
  const blue = side(900, 0);
  return {
    setting: { ...PLAIN, ratePerMin: 1_000, weight: 0.1, baselineErrorRate: 0 },
    baseline: Array.from({ length: 60 }, () => side(1_000, 0)),
    minutes: Array.from({ length: 60 }, (_, index) => ({ weight: 0.1, blue, green: green[index] ?? side(100, 0) })),
  };
}

const [fine, failing, idle, slow] = [side(100, 0), side(100, 2), side(0, 0), side(100, 0, 90)];
const repeat = (times: number, minute: SimulatedSide) => Array.from({ length: times }, () => minute);
const simulated = (changes: Partial<Setting>, seed = 1) =>
  simulate({ ...PLAIN, ratePerMin: 1_000, weight: 0.1, baselineErrorRate: 0.01, ...changes }, seeded(seed));

it('reads percentiles inside their bin', () => {
  expect(percentileMs(side(100, 0), 1)).toBeCloseTo(10 * 1.05 ** 43, 9);
  expect(percentileMs(side(100, 0), 0.5)).toBeCloseTo(10 * 1.05 ** 42.5, 9);
  expect(percentileMs(idle, 0.5)).toBeNaN();
});

it('Flagger rolls back at the tick after the fifth failed check, wherever the checks lie', () => {
  expect(flagger.stopMinute(canary(repeat(5, failing)))).toBe(6);
  expect(flagger.stopMinute(canary([...repeat(2, failing), fine, fine, ...repeat(3, slow)]))).toBe(8);
  expect(flagger.stopMinute(canary(repeat(4, failing)))).toBeUndefined();
});

it('Flagger rolls back an idle canary, unless idle minutes are skipped', () => {
  expect(flagger.stopMinute(canary(repeat(5, idle)))).toBe(6);
  expect(flaggerSkip.stopMinute(canary(repeat(20, idle)))).toBeUndefined();
  expect(flaggerSkip.stopMinute(canary([...repeat(20, idle), ...repeat(5, failing)]))).toBe(26);
});

it('Argo aborts at the fourth failed measurement of five minutes, or the fifth without traffic in a row', () => {
  expect(argo.stopMinute(canary(repeat(60, side(100, 6))))).toBe(20);
  expect(argo.stopMinute(canary(repeat(60, side(100, 4))))).toBeUndefined();
  expect(argo.stopMinute(canary(repeat(15, side(100, 6))))).toBeUndefined();
  expect(argo.stopMinute(canary(repeat(25, idle)))).toBe(25);
  expect(argo.stopMinute(canary(repeat(24, idle)))).toBeUndefined();
});

it('alarms go off at one failure, at failures in two minutes running, and at two bad minutes of three', () => {
  const one = canary([fine, side(100, 1)]);
  expect([alarmAny, alarmSam, alarmRate].map((alarm) => alarm.stopMinute(one))).toEqual([2, undefined, undefined]);
  expect(alarmSam.stopMinute(canary([failing, fine, failing]))).toBeUndefined();
  expect(alarmSam.stopMinute(canary([fine, failing, failing]))).toBe(3);
  expect(alarmRate.stopMinute(canary([failing, fine, failing]))).toBe(3);
  expect(alarmRate.stopMinute(canary([slow, slow]))).toBe(2);
  expect(alarmRate.stopMinute(canary([fine, failing, fine, failing]))).toBe(4);
  expect(alarmRate.stopMinute(canary([failing, fine, fine, failing]))).toBeUndefined();
});

it('SeqLM finds more failures, slower answers and other answers, and leaves fewer failures alone', () => {
  for (const regression of [
    { type: 'errx', x: 5 },
    { type: 'lat', x: 1.3 },
    { type: 'drift', d: 0.1 },
  ] as const)
    expect(seqLm.stopMinute(simulated({ regression }))).toBeLessThan(30);
  expect(seqLm.stopMinute(simulated({}))).toBeUndefined();
  expect(
    seqLm.stopMinute(simulated({ baselineErrorRate: 0.05, regression: { type: 'errx', x: 0.1 } })),
  ).toBeUndefined();
});

it('SeqLM keeps count over a change of weight', () => {
  expect(seqLm.stopMinute(simulated({ weight: 'ramp' }))).toBeUndefined();
  const doubled = ({ setting, baseline }: Canary, weights: readonly number[]): Canary => ({
    setting,
    baseline,
    minutes: weights.map((weight) => ({
      weight,
      blue: side(1_000 - 1_000 * weight, 10 - 10 * weight),
      green: side(1_000 * weight, 20 * weight),
    })),
  });
  const [tenth, fifth] = [new Array<number>(20).fill(0.1), new Array<number>(40).fill(0.2)];
  const alone = seqLm.stopMinute(doubled(canary([]), fifth));
  const both = seqLm.stopMinute(doubled(canary([]), [...tenth, ...fifth]));
  expect(both).toBeGreaterThan(20);
  expect(both).toBeLessThan(20 + (alone ?? 0));
});

it('Kayenta stops a slower green at its first look, and other answers only if it watches them', () => {
  expect(kayenta10.stopMinute(simulated({ regression: { type: 'lat', x: 1.3 } }))).toBe(10);
  expect(kayenta60.stopMinute(simulated({ regression: { type: 'lat', x: 1.3 } }))).toBe(60);
  const drifted = simulated({ regression: { type: 'drift', d: 0.2 } });
  expect(kayenta60.stopMinute(drifted)).toBe(60);
  expect(kayentaNoModel10.stopMinute(drifted)).toBeUndefined();
});

it('Kayenta lets one bad metric of seven pass until the last look, and one of three not at all', () => {
  const failingMore = simulated({ regression: { type: 'errx', x: 5 }, weight: 0.5 });
  expect(kayenta10.stopMinute(failingMore)).toBe(60);
  expect(kayentaNoModel10.stopMinute(failingMore)).toBe(10);
});

it('Kayenta tolerates an interval whose end lies within a quarter of the estimate', () => {
  const control = Array.from({ length: 30 }, (_, index) => index);
  const label = (shift: number) =>
    classify(
      control,
      control.map((value) => value + shift),
      DEFAULT_RULE,
      seeded(1),
    ).label;
  expect([4, 6.5, 9, -9].map(label)).toEqual(['Pass', 'Pass', 'High', 'Low']);
});

it('Kayenta gives nothing to a canary of which half of the metrics have no data', () => {
  const of = (label: 'Pass' | 'Nodata') => ({ label, groups: [label], critical: false });
  expect(score([of('Pass'), of('Nodata')], {})).toBe(0);
  expect(score([of('Pass'), of('Pass'), of('Nodata')], {})).toBe(100);
});

it('fails a canary without data, as Kayenta does when half of the metrics have none', () => {
  expect(kayenta60.stopMinute(canary(repeat(60, idle)))).toBe(60);
});

it.each(ENTRIES.map(({ judge }) => judge))('$name decides without looking ahead', (judge) => {
  const whole = simulated({ regression: { type: 'errx', x: 5 }, ratePerMin: 300 }, 9);
  const minute = judge.stopMinute(whole);
  if (minute === undefined) return;
  const after = whole.minutes.map((row, index) => (index < minute ? row : { ...row, green: idle }));
  expect(judge.stopMinute({ ...whole, minutes: after })).toBe(minute);
  expect(judge.stopMinute(whole)).toBe(minute);
});
