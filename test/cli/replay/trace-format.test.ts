import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrace } from '../../../lambdas/contract/kept-evidence';
import { type SmallTrace, smallTrace } from './small-trace';

type Loose = Record<string, unknown>;

function refusal(spoil: (trace: SmallTrace) => void): string {
  const trace = smallTrace();
  spoil(trace);
  try {
    parseTrace(JSON.parse(JSON.stringify(trace)), 'file.json');
  } catch (error) {
    return String(error);
  }
  return 'accepted';
}
const row = (trace: SmallTrace, index: number) => trace.rows[index] as unknown as Loose;
const side = (trace: SmallTrace, of: 'blue' | 'green' = 'green') => trace.rows[1]?.[of] as unknown as Loose;

describe('a trace', () => {
  it.each(readdirSync(join(__dirname, '../../judge/traces')))('like %s is read', (file) => {
    const value: unknown = JSON.parse(readFileSync(join(__dirname, '../../judge/traces', file), 'utf8'));
    expect(parseTrace(value, file).rows).toHaveLength(60);
  });

  it('may leave out what has a meaning when it is absent', () => {
    const trace = parseTrace(JSON.parse(JSON.stringify({ ...smallTrace(), classNames: undefined })), 'file.json');
    expect(trace.classNames).toEqual(['class 0', 'class 1']);
    expect(trace.rows[0]?.green).toMatchObject({ throttles: 0, modelErrors: 0, nonFiniteOutputs: 0, custom: [] });
  });

  it('may say more than is read: notes, seeds, parameters', () => {
    expect(refusal((trace) => Object.assign(trace, { seed: 1, note: 'x', information: {} }))).toBe('accepted');
    expect(refusal((trace) => Object.assign(trace.latencyBins, { meaning: 'x' }))).toBe('accepted');
  });

  const cases: readonly (readonly [string, (trace: SmallTrace) => void, string])[] = [
    [
      'negative',
      (t) => (side(t)['invocations'] = -1),
      'rows.1.green.invocations: Too small: expected number to be >=0; got -1',
    ],
    [
      'fractional',
      (t) => (side(t)['errors'] = 0.5),
      'rows.1.green.errors: Invalid input: expected int, received number; got 0.5',
    ],
    [
      'more errors than requests',
      (t) => (side(t)['errors'] = 11),
      'rows.1.green.errors: must be at most invocations, 10; got 11',
    ],
    [
      'parts above errors',
      (t) => (side(t)['modelErrors'] = 2),
      'rows.1.green.modelErrors: must be, with nonFiniteOutputs (0), at most errors, 1; got 2',
    ],
    [
      'a bin too far',
      (t) => (side(t)['latency'] = [[20, 10]]),
      'rows.1.green.latency.0.0: must be a bin from 0 to 19; got 20',
    ],
    [
      'a bin twice',
      (t) =>
        (side(t)['latency'] = [
          [2, 4],
          [2, 6],
        ]),
      'rows.1.green.latency.1.0: must not be a bin that was named before; got 2',
    ],
    [
      'latency that does not sum',
      (t) => (side(t)['latency'] = [[2, 9]]),
      'rows.1.green.latency: counts must sum to invocations, 10; got 9',
    ],
    [
      'classes that do not sum',
      (t) => (side(t, 'blue')['classes'] = [5, 5]),
      'rows.1.blue.classes: counts must sum to invocations - errors, 9; got 10',
    ],
    [
      'too few classes',
      (t) => (side(t)['classes'] = [9]),
      'rows.1.green.classes: must have one count per class, 2; got 1',
    ],
    [
      'a side missing',
      (t) => delete row(t, 1)['green'],
      'rows.1.green: Invalid input: expected object, received undefined; got nothing',
    ],
    ['a misspelt count', (t) => (side(t)['throttle'] = 3), 'rows.1.green: unknown key "throttle"'],
    [
      'a weight in percent',
      (t) => (row(t, 0)['weight'] = 10),
      'rows.0.weight: Too big: expected number to be <=1; got 10',
    ],
    ['rows out of order', (t) => (row(t, 2)['t'] = 1), 'rows.2.t: must be above the row before, 2; got 1'],
    ['a row twice', (t) => (row(t, 2)['t'] = 2), 'rows.2.t: must not come twice; got 2'],
    [
      'a baseline in the canary',
      (t) => Object.assign(t.baseline[1] ?? {}, { t: 0 }),
      'baseline.1.t: Too big: expected number to be <=-1; got 0',
    ],
    [
      'minutes of some rows alone',
      (t) => (row(t, 0)['minute'] = '2026-01-05T12:00:00Z'),
      'rows.1.minute: must be there, because other rows have it; got nothing',
    ],
    ['seconds', (t) => (t.latencyBins['unit'] = 's'), 'latencyBins: must be { "unit": "ms", '],
    [
      'edges that fall',
      (t) => (t.latencyBins = { unit: 'ms', edges: [10, 9] }),
      'latencyBins.edges.1: must be above the edge before, 10; got 9',
    ],
    [
      'a threshold inside a bin',
      (t) =>
        Object.assign(t, { thresholds: [{ quantile: 0.5, blueMs: 51, greenToleratedMs: 52.5, greenHarmfulMs: 52.5 }] }),
      'thresholds.0.blueMs: must be an edge of latencyBins; got 51',
    ],
    [
      'no horizon',
      (t) => delete (t as unknown as Loose)['horizonMinutes'],
      'horizonMinutes: Invalid input: expected number, received undefined; got nothing',
    ],
    [
      'no rows',
      (t) => delete (t as unknown as Loose)['rows'],
      'rows: Invalid input: expected array, received undefined; got nothing',
    ],
  ];
  it.each(cases)('is refused by field, value and limit: %s', (_, spoil, message) => {
    expect(refusal(spoil)).toContain(`file.json: ${message}`);
  });

  it('of a rollout need not sum: it counts several answers per request, and durations of warm requests', () => {
    const spoil = (trace: SmallTrace) => Object.assign(side(trace), { latency: [[2, 7]], classes: [20, 30] });
    expect(refusal((trace) => Object.assign(trace, { source: 'rollout' }) && spoil(trace))).toBe('accepted');
    expect(refusal(spoil)).toContain('must sum');
  });

  it('tells ten problems, and how many more there are', () => {
    const lines = refusal((trace) =>
      trace.rows.forEach(({ blue, green }) =>
        [blue, green].forEach((one) => Object.assign(one, { errors: -1, invocations: -1 })),
      ),
    ).split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('file.json: and 2 more');
  });
});
