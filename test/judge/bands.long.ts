import { bands } from '../../lambdas/domain/judge/bands';
import { judgeGates } from '../../lambdas/domain/gates/gates';
import { leadingCounter } from '../../lambdas/domain/judge/verdict';
import { judge } from '../../lambdas/domain/judge/judge';
import { judgeSettings } from '../../lambdas/steps/judgement/kept-judgement';
import { verificationState } from '../steps/verification-state';
import { differenceBounds } from './difference-bounds';
import { evidenceOf, traces } from './trace';

const settings = judgeSettings(verificationState({}, { steps: [{ weight: 10, bakeMinutes: 60 }] }).config.settings, 10);

/** A recorded canary as it was after so many minutes. */
function seen(id: string, minutes = Infinity) {
  const trace = traces().find((one) => one.id.startsWith(id));
  if (trace === undefined) throw new Error(`no trace ${id}`);
  const whole = evidenceOf(trace);
  const evidence = { ...whole, rows: whole.rows.slice(0, minutes) };
  const judgement = judge(evidence, settings);
  return { evidence, judgement, found: bands(evidence, settings, judgement) };
}

/** Errors, latency and answers that became worse, at once and later, at steady and at rising weights. */
const BAD = ['032', '036', '040', '046', '049', '052', '055', '059', '061', '064', '069'];

it.each(BAD)('lies above the tolerance from the look that stopped green on, and in no look before: %s', (id) => {
  const { judgement, found } = seen(id);
  expect(judgement.verdict).toBe('fail');
  const band = found.find(({ gate }) => gate === judgement.gate)!;
  band.looks.forEach(([lower], index) => {
    const isAbove = lower !== null && lower > band.tolerance;
    expect([index + 1, isAbove]).toEqual([index + 1, index + 1 >= judgement.decidedAtMinute!]);
  });
});

it('is not above the tolerance by a rounding while nothing is decided', () => {
  const tolerated = 0.0100006;
  const own = settings.gates.predictions;
  if (!own) throw new Error('the gate is off');
  const finer = {
    ...settings,
    gates: { ...settings.gates, predictions: { ...own, tolerancePoints: tolerated } },
  };
  const { evidence } = seen('064', 5);
  const judgement = judge(evidence, finer);
  const band = bands(evidence, finer, judgement).find(({ gate }) => gate === 'predictions')!;
  // The evidence against this count is strong enough, and its share of all the bets is not.
  expect([judgement.verdict, band.looks.at(-1)![0]]).toEqual(['continue', band.tolerance]);
  expect(band.tolerance).toBeCloseTo(tolerated, 6);
});

it.each(['023', '029'])('lies below the line of harm from the proof on, of every gate of a pass: %s', (id) => {
  const { judgement, found } = seen(id);
  expect(judgement.verdict).toBe('pass');
  for (const { gate, nonInferior } of judgement.gates) {
    const { looks, harm, tolerance } = found.find((one) => one.gate === gate) ?? { looks: [], harm: 0, tolerance: 0 };
    const isBelow = ([, upper]: (typeof looks)[number]) => upper !== null && upper < harm!;
    if (looks.length > 0) expect([gate, isBelow(looks.at(-1)!)]).toEqual([gate, nonInferior]);
    // Once proven it stays so, and nothing that passed is above what is tolerated.
    const first = looks.findIndex(isBelow);
    expect(looks.slice(Math.max(0, first)).every((look) => first < 0 || isBelow(look))).toBe(true);
    expect(looks.every(([lower]) => lower === null || lower <= tolerance)).toBe(true);
  }
});

it('closes as requests come, around what was counted so far', () => {
  const { found } = seen('023');
  for (const { looks, harm = 0, gate } of found) {
    const width = ([lower, upper]: (typeof looks)[number]) => (upper ?? Infinity) - (lower ?? -Infinity);
    if (harm > 0 && looks.some((look) => width(look) < Infinity))
      expect(width(looks.at(-1)!)).toBeLessThan(width(looks[0]!));
    const [lower, upper, soFar] = looks.at(-1)!;
    if (soFar !== null) expect([gate, soFar >= (lower ?? -1e9), soFar <= (upper ?? 1e9)]).toEqual([gate, true, true]);
  }
});

it('says what a latency is in milliseconds, at the quantile that is to blame', () => {
  const { found } = seen('055');
  const band = found.find(({ gate }) => gate === 'latency')!;
  expect(band).toMatchObject({ unit: 'ms', quantile: 0.5 });
  // 30 % of a median of 81.5 ms.
  expect(band.looks.at(-1)![2]).toBeGreaterThan(20);
  expect(band.looks.at(-1)![2]).toBeLessThan(28);
});

it('is open where nothing was counted, and of no look where none was made', () => {
  expect(seen('071', 1).found.every(({ looks: [look] }) => look?.[0] === null && look[1] === null)).toBe(true);
  expect(seen('023', 0).found).toEqual([]);
});

it.each(['023', '032', '040', '046'])(
  'ends where a bisection finds the bounds, for all that the judge says: %s',
  (id) => {
    const { evidence, found } = seen(id, 12);
    const { looks, harm = 0 } = found.find(({ gate }) => gate === 'errors')!;
    const errors = judgeGates(evidence, settings).find(({ gate }) => gate === 'errors')!;
    const { minutes, history } = leadingCounter(errors, evidence.rows.length)!;
    const exact = differenceBounds(minutes, history, settings.falseAlarmRate);
    // Between two differences that are tried the evidence is taken for linear.
    const [lower, upper] = looks.at(-1)!;
    expect(Math.abs(lower! - exact.lower)).toBeLessThan(Math.max(0.1 * harm, 0.06 * Math.abs(exact.lower)));
    if (upper === null) expect(exact.upper).toBeGreaterThan(0.98);
    else expect(Math.abs(upper - exact.upper)).toBeLessThan(Math.max(0.1 * harm, 0.06 * Math.abs(exact.upper)));
  },
);
