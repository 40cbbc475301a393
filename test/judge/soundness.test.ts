import { EvidenceInvalid, parseTrace, soundEvidence } from '../../lambdas/contract/kept-evidence';
import type { Evidence } from '../../lambdas/domain/evidence';
import { traceOfEvidence } from '../../lambdas/domain/trace/evidence-of-trace';
import { type JudgeSettings, judgeSettingsSchema } from '../../lambdas/domain/gates/gates';
import { judge } from '../../lambdas/domain/judge/judge';
import { before, evidence, minutes, side } from './evidence';
import { settings as shipped } from './settings';
import { thresholds } from './thresholds';

const first = thresholds[0]!;

const tolerated = { ratio: 1.1, points: 0.0005 };
const harmful = { ratio: 1.5, points: 0.005 };
const settings: JudgeSettings = {
  ...shipped,
  gates: { ...shipped.gates, custom: [{ name: 'fallbacks', mode: 'enforce', tolerance: tolerated, harm: harmful }] },
};

const custom = (requests: number) => ({ custom: [{ events: 1, requests }] });
const sound = (): Evidence =>
  evidence({
    baseline: before(3, side(1000, custom(1000))),
    rows: minutes(3, side(900, custom(900)), side(100, custom(100))),
    expectedShift: {
      source: 'golden set',
      answers: 50,
      classes: [
        { shift: 0.02, standardError: 0.02 },
        { shift: -0.02, standardError: 0.02 },
      ],
    },
  });

/** A copy with the value at a path such as `minutes.1.green.requests` replaced, or removed. */
function replaced<T>(original: T, path: string, value: unknown): T {
  // Through JSON, so that no two minutes share an object.
  const copy = JSON.parse(JSON.stringify(original)) as T;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy as never);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const COUNTS = [
  'baselineDurations',
  ...['invocations', 'errors', 'modelErrors', 'throttles', 'durations', 'slow.0', 'classes.1'].map(
    (count) => `baseline.1.blue.${count}`,
  ),
  ...['blue', 'green'].flatMap((version) =>
    [
      'invocations',
      'errors',
      'modelErrors',
      'nonFiniteOutputs',
      'throttles',
      'durations',
      'slow.0',
      'verySlow.5',
      'classes.1',
      'custom.0.requests',
      'custom.0.events',
    ].map((count) => `rows.1.${version}.${count}`),
  ),
];
/** Counts that are 0 when a file does not say them. */
const MAY_BE_ABSENT = /(modelErrors|nonFiniteOutputs|throttles)$/;

const refusal = (path: string, value: unknown): unknown => caught(() => soundEvidence(replaced(sound(), path, value)));

describe('evidence that cannot be true is refused', () => {
  it('takes the evidence that the refusals below are made of, and the judge judges it', () => {
    expect(judge(soundEvidence(sound()), settings).verdict).toBe('continue');
  });

  it.each(
    COUNTS.flatMap((path) =>
      [-1, 0.5, NaN, Infinity, '7', null, undefined]
        .filter((value) => value !== undefined || !MAY_BE_ABSENT.test(path))
        .map((value) => [path, value] as const),
    ),
  )('refuses %s of %p', (path, value) => {
    const error = refusal(path, value);
    expect(error).toBeInstanceOf(EvidenceInvalid);
    expect((error as EvidenceInvalid).name).toBe('EvidenceInvalid');
    expect((error as EvidenceInvalid).message).toContain(`evidence: ${path}: `);
  });

  it.each<readonly [path: string, value: unknown, message: string]>([
    ['rows.1.green.errors', 101, 'rows.1.green.errors: must be at most invocations, 100; got 101'],
    ['rows.1.green.slow.2', 101, 'rows.1.green.slow.2: must be at most durations, 100; got 101'],
    ['rows.1.green.durations', 101, 'rows.1.green.durations: must be at most invocations, 100; got 101'],
    ['rows.1.green.custom.0.events', 101, 'rows.1.green.custom.0.events: must be at most requests, 100; got 101'],
    ['rows.0.blue.slow', [1], `rows.0.blue.slow: must have one count per threshold, ${thresholds.length}; got 1`],
    [
      'rows.0.blue.verySlow',
      [],
      `rows.0.blue.verySlow: must have one count per threshold, ${thresholds.length}; got 0`,
    ],
    ['rows.0.green.classes', [1, 2, 3], 'rows.0.green.classes: must have one count per class, 2; got 3'],
    ['rows.0.green.classes', undefined, 'rows.0.green.classes: must have one count per class, 2; got 0'],
    ['rows.2.weight', 1, 'rows.2.weight: Too big: expected number to be <=0.99; got 1'],
    ['rows.2.weight', 0, 'rows.2.weight: Too small: expected number to be >=0.01; got 0'],
    [
      'rows.2.minute',
      '2026-01-05T12:01:00.000Z',
      'rows.2.minute: must be later than the row before, 2026-01-05T12:01:00.000Z; got "2026-01-05T12:01:00.000Z"',
    ],
    ['rows.2.minute', 'noon', 'rows.2.minute: must be a time in ISO 8601, UTC; got "noon"'],
    ['rows.2.blue', undefined, 'rows.2.blue: Invalid input: expected object, received undefined; got nothing'],
    ['rows', undefined, 'rows: Invalid input: expected array, received undefined; got nothing'],
    ['horizonMinutes', 0, 'horizonMinutes: Too small: expected number to be >=1; got 0'],
    ['baseline', null, 'baseline: Invalid input: expected array, received null; got null'],
    ['baseline.1.blue', null, 'baseline.1.blue: Invalid input: expected object, received null; got null'],
    ['baseline.1.blue.errors', 1001, 'baseline.1.blue.errors: must be at most invocations, 1000; got 1001'],
    [
      'baseline.1.blue.slow',
      [],
      `baseline.1.blue.slow: must have one count per threshold, ${thresholds.length}; got 0`,
    ],
    [
      'baseline.1.minute',
      '2026-01-05T11:57:00.000Z',
      'baseline.1.minute: must be later than the row before, 2026-01-05T11:57:00.000Z; got "2026-01-05T11:57:00.000Z"',
    ],
    ['baselineDurations', 0, 'baselineDurations: must be at least 1, because there are thresholds; got 0'],
    ['classNames', ['cat'], 'baseline.0.blue.classes: must have one count per class, 1; got 2'],
    [
      'thresholds.1.quantile',
      first.quantile,
      `thresholds.1.quantile: must be above the quantile before; got ${first.quantile}`,
    ],
    [
      'thresholds.0.greenToleratedMs',
      1,
      `thresholds.0.greenToleratedMs: must be at least blueMs, ${first.blueMs}; got 1`,
    ],
    [
      'thresholds.0.greenHarmfulMs',
      1,
      `thresholds.0.greenHarmfulMs: must be at least greenToleratedMs, ${first.greenToleratedMs}; got 1`,
    ],
    ['thresholds.1.blueMs', 1, `thresholds.1.blueMs: must be at least the one before, ${first.blueMs}; got 1`],
  ])('says of %s = %p what it must be', (path, value, message) => {
    expect(refusal(path, value)).toMatchObject({ name: 'EvidenceInvalid' });
    expect((refusal(path, value) as Error).message.split('\n')).toContain(`evidence: ${message}`);
  });

  it('refuses a list of counts that is not as long as the custom gates of the settings that it was judged by', () => {
    const trace = { ...traceOfEvidence(sound(), 'x', settings), baseline: [] };
    expect(parseTrace(trace, 'x').rows).toHaveLength(3);
    expect(caught(() => parseTrace(replaced(trace, 'rows.0.green.custom', []), 'x'))).toMatchObject({
      message: 'x: rows.0.green.custom: must have one entry per custom gate in settings, 1; got 0',
    });
  });

  it.each<readonly [path: string, value: unknown]>([
    ['answers', 0],
    ['classes', [{ shift: 0, standardError: 0 }]],
    ['classes.0', null],
    ['classes.0.shift', 1.5],
    ['classes.1.shift', NaN],
    ['classes.1.standardError', -0.1],
  ])('refuses an expected shift with %s of %p', (path, value) => {
    expect(refusal(`expectedShift.${path}`, value)).toMatchObject({ name: 'EvidenceInvalid' });
  });

  it('takes minutes without an expected shift, and blue without a minute before', () => {
    const bare = replaced(replaced(sound(), 'expectedShift', undefined), 'baseline', []);
    expect(judge(soundEvidence(bare), settings).verdict).toBe('continue');
  });

  it('refuses failures of the model that together are more than all failures', () => {
    const failures = { errors: 50, modelErrors: 40, nonFiniteOutputs: 11 };
    const error = caught(() => soundEvidence(evidence({ rows: minutes(1, side(900), side(100, failures)) })));
    expect(error).toMatchObject({
      message: 'evidence: rows.0.green.modelErrors: must be, with nonFiniteOutputs (11), at most errors, 50; got 40',
    });
  });

  it.each<readonly [path: string, value: unknown]>([
    ['falseAlarmRate', 0],
    ['falseAlarmRate', 1],
    ['missRate', undefined],
    ['minimumMinutes', -1],
    ['gates', undefined],
    ['gates.errors.tolerance.ratio', 0.9],
    ['gates.errors', 'off'],
    ['gates.errors.harm.ratio', 1.05],
    ['gates.errors.harm.points', 0.0001],
    ['gates.throttles.tolerance.points', -0.1],
    ['gates.custom.0.harm.ratio', 1],
    ['gates.predictions.tolerancePoints', 2],
    ['gates.predictions.harmPoints', 0.001],
  ])('refuses settings with %s of %p', (path, value) => {
    expect(judgeSettingsSchema.safeParse(settings).success).toBe(true);
    const issues = judgeSettingsSchema.safeParse(replaced(settings, path, value)).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
