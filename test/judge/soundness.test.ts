import { EvidenceInvalid } from '../../lambdas/domain/judge/1-soundness/evidence-invalid';
import type { Evidence } from '../../lambdas/domain/judge/evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import type { JudgeSettings } from '../../lambdas/domain/judge/judgement';
import { before, evidence, minutes, side } from './evidence';
import { settings as shipped } from './settings';
import { thresholds } from './thresholds';

const first = thresholds[0]!;

const tolerated = { ratio: 1.1, points: 0.0005 };
const harmful = { ratio: 1.5, points: 0.005 };
const settings: JudgeSettings = {
  ...shipped,
  gates: { ...shipped.gates, custom: [{ name: 'fallbacks', tolerance: tolerated, harm: harmful }] },
};

const custom = (requests: number) => ({ custom: [{ events: 1, requests }] });
const sound = (): Evidence =>
  evidence({
    baseline: { ...evidence().baseline, minutes: before(3, side(1000, custom(1000))) },
    minutes: minutes(3, side(900, custom(900)), side(100, custom(100))),
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
  'baseline.durations',
  ...['requests', 'invocationErrors', 'throttles', 'durations', 'slow.0', 'classes.1'].map(
    (count) => `baseline.minutes.1.blue.${count}`,
  ),
  ...['blue', 'green'].flatMap((version) =>
    [
      'requests',
      'invocationErrors',
      'modelErrors',
      'nonFiniteOutputs',
      'throttles',
      'durations',
      'slow.0',
      'verySlow.5',
      'classes.1',
      'custom.0.requests',
      'custom.0.events',
    ].map((count) => `minutes.1.${version}.${count}`),
  ),
];

describe('evidence that cannot be true is refused', () => {
  it('judges the evidence that the refusals below are made of', () => {
    expect(judge(sound(), settings).verdict).toBe('continue');
  });

  it.each(
    COUNTS.flatMap((path) => [-1, 0.5, NaN, Infinity, '7', null, undefined].map((value) => [path, value] as const)),
  )('refuses %s of %p', (path, value) => {
    const error = caught(() => judge(replaced(sound(), path, value), settings));
    expect(error).toBeInstanceOf(EvidenceInvalid);
    expect((error as EvidenceInvalid).name).toBe('EvidenceInvalid');
    expect((error as EvidenceInvalid).field).toBe(path.replace(/\.(\d+)/g, '[$1]'));
  });

  it.each<readonly [path: string, value: unknown, message: string]>([
    [
      'minutes.1.green.invocationErrors',
      101,
      'minutes[1].green.invocationErrors is 101; it must be at most 100 (minutes[1].green.requests)',
    ],
    [
      'minutes.1.green.slow.2',
      101,
      'minutes[1].green.slow[2] is 101; it must be at most 100 (minutes[1].green.durations)',
    ],
    [
      'minutes.1.green.durations',
      101,
      'minutes[1].green.durations is 101; it must be at most 100 (minutes[1].green.requests)',
    ],
    [
      'minutes.1.green.custom.0.events',
      101,
      'minutes[1].green.custom[0].events is 101; it must be at most 100 (minutes[1].green.custom[0].requests)',
    ],
    [
      'minutes.0.green.custom',
      [],
      'minutes[0].green.custom.length is 0; it must be 1 (as many as settings.gates.custom)',
    ],
    [
      'minutes.0.blue.slow',
      [1],
      `minutes[0].blue.slow.length is 1; it must be ${thresholds.length} (as many as baseline.thresholds)`,
    ],
    [
      'minutes.0.blue.verySlow',
      [],
      `minutes[0].blue.verySlow.length is 0; it must be ${thresholds.length} (as many as baseline.thresholds)`,
    ],
    [
      'minutes.0.green.classes',
      [1, 2, 3],
      'minutes[0].green.classes.length is 3; it must be 2 (as many as baseline.classNames)',
    ],
    ['minutes.0.green.classes', undefined, 'minutes[0].green.classes is absent; it must be a list'],
    ['minutes.2.weight', 100, 'minutes[2].weight is 100; it must be a whole number from 1 to 99'],
    ['minutes.2.weight', 0.1, 'minutes[2].weight is 0.1; it must be a whole number from 1 to 99'],
    [
      'minutes.2.minute',
      '2026-01-05T12:01:00.000Z',
      "minutes[2].minute is '2026-01-05T12:01:00.000Z'; it must be later than the minute before",
    ],
    ['minutes.2.minute', 'noon', "minutes[2].minute is 'noon'; it must be a time in ISO 8601, UTC"],
    ['minutes.2.blue', undefined, 'minutes[2].blue is absent; it must be an object'],
    ['minutes', undefined, 'minutes is absent; it must be a list'],
    ['plannedMinutes', 0, 'plannedMinutes is 0; it must be a whole number from 1 to 9007199254740991'],
    ['baseline', null, 'baseline is null; it must be an object'],
    ['baseline.minutes', undefined, 'baseline.minutes is absent; it must be a list'],
    ['baseline.minutes.1.blue', null, 'baseline.minutes[1].blue is null; it must be an object'],
    [
      'baseline.minutes.1.blue.invocationErrors',
      1001,
      'baseline.minutes[1].blue.invocationErrors is 1001; it must be at most 1000 (baseline.minutes[1].blue.requests)',
    ],
    [
      'baseline.minutes.1.blue.slow',
      [],
      `baseline.minutes[1].blue.slow.length is 0; it must be ${thresholds.length} (as many as baseline.thresholds)`,
    ],
    [
      'baseline.minutes.1.minute',
      '2026-01-05T11:57:00.000Z',
      "baseline.minutes[1].minute is '2026-01-05T11:57:00.000Z'; it must be later than the minute before",
    ],
    ['baseline.durations', 0, 'baseline.durations is 0; it must be at least 1'],
    [
      'baseline.classNames',
      ['cat'],
      'baseline.minutes[0].blue.classes.length is 2; it must be 1 (as many as baseline.classNames)',
    ],
    [
      'baseline.thresholds.1.quantile',
      first.quantile,
      `baseline.thresholds[1].quantile is ${first.quantile}; it must be above ${first.quantile} and below 1`,
    ],
    [
      'baseline.thresholds.0.greenToleratedMs',
      1,
      `baseline.thresholds[0].greenToleratedMs is 1; it must be at least ${first.blueMs}`,
    ],
    [
      'baseline.thresholds.0.greenHarmfulMs',
      Infinity,
      `baseline.thresholds[0].greenHarmfulMs is Infinity; it must be at least ${first.greenToleratedMs}`,
    ],
  ])('says of %s = %p what it must be', (path, value, message) => {
    expect(caught(() => judge(replaced(sound(), path, value), settings))).toMatchObject({
      name: 'EvidenceInvalid',
      message,
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
    const odd = replaced(sound(), `expectedShift.${path}`, value);
    expect(caught(() => judge(odd, settings))).toMatchObject({ name: 'EvidenceInvalid' });
  });

  it('takes minutes without an expected shift, and blue without a minute before', () => {
    const bare = replaced(replaced(sound(), 'expectedShift', undefined), 'baseline.minutes', []);
    expect(judge(bare, settings).verdict).toBe('continue');
  });

  it('refuses failures that together are more than the requests', () => {
    const failures = { invocationErrors: 50, modelErrors: 40, nonFiniteOutputs: 11 };
    const error = caught(() => judge(evidence({ minutes: minutes(1, side(900), side(100, failures)) }), shipped));
    expect(error).toMatchObject({
      message: 'minutes[0].green: the sum of failures is 101; it must be at most 100 (minutes[0].green.requests)',
    });
  });

  it.each<readonly [path: string, value: unknown]>([
    ['falseAlarmRate', 0],
    ['falseAlarmRate', 1],
    ['missRate', undefined],
    ['minimumMinutes', -1],
    ['gates', undefined],
    ['gates.errors.tolerance.ratio', 0.9],
    ['gates.errors.harm.ratio', 1.05],
    ['gates.errors.harm.points', 0.0001],
    ['gates.throttles.tolerance.points', -0.1],
    ['gates.custom.0.harm.ratio', 1],
    ['gates.predictions.tolerancePoints', 2],
    ['gates.predictions.harmPoints', 0.001],
  ])('refuses settings with %s of %p', (path, value) => {
    const odd: JudgeSettings = replaced(settings, path, value);
    expect(caught(() => judge(sound(), odd))).toMatchObject({
      name: 'EvidenceInvalid',
      field: `settings.${path.replace(/\.(\d+)/, '[$1]')}`,
    });
  });
});
