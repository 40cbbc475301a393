import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';
import { endpoints } from '../../../bin/endpoints';
import { checkSettings } from '../../../lib/settings/check-settings';
import { SettingsRefused } from '../../../lib/settings/settings-refused';
import { HANDLER_METADATA } from '../../../lambdas/contract/names';
import { synthTemplate } from '../../../lib/synthesise';
import { Template } from './template';

/** Settings as a person might write them without the type checker's help. */
const written = (...settings: unknown[]) => settings as EndpointSettingsInput[];

function problemsOf(...settings: unknown[]): readonly string[] {
  try {
    checkSettings(written(...settings));
    return [];
  } catch (error) {
    if (error instanceof SettingsRefused) return error.problems;
    throw error;
  }
}

const LOST = { namespace: 'Shop', metric: 'Lost', dimensions: { Version: '{version}' } };

describe('wrong settings', () => {
  it('are all refused in one message at synth', () => {
    const synth = () =>
      synthTemplate(
        written(
          { name: 'digits', memoryMB: 64, strategy: 'Canary15Percent', colour: 'blue' },
          { name: 'digits', keepBlueWarm: true },
          { name: 'Bad_Name' },
        ),
      );
    expect(synth).toThrow(SettingsRefused);
    try {
      synth();
    } catch (error) {
      const { message, name } = error as SettingsRefused;
      expect(name).toBe('SettingsRefused');
      expect(message.split('\n')).toEqual([
        "6 problems in the endpoints' settings:",
        '  - endpoint "digits": memoryMB is 64: must be at least 128',
        expect.stringMatching(
          /^ {2}- endpoint "digits": strategy: must be one of AllAtOnce, .*; got "Canary15Percent"$/,
        ),
        '  - endpoint "digits": unknown setting "colour"',
        '  - endpoint "digits": the name is used twice; each endpoint needs its own',
        '  - endpoint "digits": keepBlueWarm is true, but provisionedConcurrency is 0: there is nothing to keep warm',
        '  - endpoint "Bad_Name": name is "Bad_Name": must be 1 to 31 lower-case letters, digits or hyphens and ' +
          'start with a letter',
      ]);
    }
  });

  it.each([
    [{ timeoutSeconds: 901 }, 'timeoutSeconds is 901: must be at most 900'],
    [{ falseAlarmRate: 0 }, 'falseAlarmRate is 0: must be more than 0'],
    [
      { approval: { mode: 'always' } },
      'approval.mode is "always": must be one of "none", "before-promote", "before-traffic"',
    ],
    [{ approval: { timeOut: 5 } }, 'approval: unknown setting "timeOut"'],
    [{ gates: { errors: { tolerance: { ratio: 0.5 } } } }, 'gates.errors.tolerance.ratio is 0.5: must be at least 1'],
    [{ gates: { latency: true } }, /^gates\.latency is true: /],
    [{ gates: { errors: { tolerance: { ratio: 2 } } } }, 'gates.errors: tolerance ratio 2 lies beyond harm ratio 1.5'],
    [
      { gates: { latency: { toleranceFloorMs: 20 } } },
      'gates.latency: tolerance floorMs 20 lies beyond harm floorMs 10',
    ],
    [
      { gates: { predictions: { tolerancePoints: 0.05 } } },
      'gates.predictions: tolerance and harm are the same, so nothing can be told apart; raise harm',
    ],
    [
      { gates: { throttles: { tolerance: { points: 0.1 } } } },
      'gates.throttles: tolerance points 0.1 lies beyond harm points 0.005',
    ],
    [
      { gates: { custom: [{ name: 'lost', events: LOST, tolerance: { ratio: 3 } }] } },
      'gates.custom "lost": tolerance ratio 3 lies beyond harm ratio 1.5',
    ],
    [
      { gates: { custom: [{ name: 'lost', events: LOST, of: LOST }] } },
      'gates.custom "lost": events and of are the same counter, so that all of it would always happen',
    ],
    [
      { gates: { custom: [LOST, LOST].map((events) => ({ name: 'lost', events })) } },
      'gates.custom has the name "lost" twice; reports tell gates by name',
    ],
    [
      { gates: { custom: [{ name: 'lost', events: { ...LOST, dimensions: { Version: '7' } } }] } },
      /^gates\.custom\.0\.events\.dimensions is .*: must hold \{version\} in a value, so that blue and green are told apart$/,
    ],
    ...[false, { mode: 'observe' }].map(
      (how) =>
        [
          { gates: { errors: how, latency: how, predictions: how, throttles: how, accuracy: how } },
          'gates: every gate is off or only observes, so that no canary could ever pass; let one enforce',
        ] as const,
    ),
    [{ falseAlarmRate: 0.5, missRate: 0.5 }, /^falseAlarmRate 0.5 and missRate 0.5 add up to 1 or more/],
    [
      { memoryMB: 256 },
      /^maxModelMB 250 takes 700 MB while it loads .*, more than memoryMB 256: raise memoryMB to 700 or lower maxModelMB to 48$/,
    ],
    [{ maxModelMB: 2048, memoryMB: 10_240 }, /^maxModelMB 2048 is more than an ONNX file can have: 2047 MB/],
    [
      { goldenSet: { key: 'models/digits/golden.json' } },
      /^goldenSet\.key "models\/digits\/golden\.json" lies under models\//,
    ],
    [{ classNames: ['cat', 'dog', 'cat'] }, 'classNames has "cat" twice'],
    [
      { classNames: Array.from({ length: 1_001 }, (_, index) => `${index}`) },
      /^classNames is .*: Too big: expected array to have <=1000 items/,
    ],
    [
      { classNames: Array.from({ length: 1_000 }, (_, index) => '鳥'.repeat(60) + index) },
      /^all settings together take \d{6} bytes, and a deploy carries 81920: shorten classNames/,
    ],
    [
      {
        strategy: {
          steps: [
            { weight: 50, bakeMinutes: 1 },
            { weight: 10, bakeMinutes: 1 },
          ],
        },
      },
      /^strategy is \{"steps".*: weights must grow from step to step$/,
    ],
    [
      {
        vetoAlarms: Array.from({ length: 100 }, () => '名'.repeat(255)),
        classNames: ['猫'.repeat(64), ...Array.from({ length: 100 }, (_, index) => '犬'.repeat(60) + index)],
      },
      /^all settings together take 9\d{4} bytes, and a deploy carries 81920/,
    ],
  ] as const)('%j is refused with field, value and limit', (settings, expected) => {
    const problems = problemsOf({ name: 'digits', ...settings });
    expect(problems).toHaveLength(1);
    const [problem = ''] = problems;
    expect(problem.startsWith('endpoint "digits": ')).toBe(true);
    const said = problem.slice('endpoint "digits": '.length);
    if (typeof expected === 'string') expect(said).toBe(expected);
    else expect(said).toMatch(expected);
  });

  it.each([[undefined], [null], ['digits'], [{}]])('%j is no endpoint, and its place in the list is named', (value) => {
    const [problem] = problemsOf({ name: 'digits' }, value);
    expect(problem).toMatch(/^endpoint "#2": /);
  });
});

describe('right settings', () => {
  it('are completed with every default', () => {
    const [digits] = checkSettings([{ name: 'digits' }]);
    expect(digits).toMatchObject({
      memoryMB: 1024,
      strategy: 'Auto',
      suffix: '.onnx',
      watchMinutes: 1,
    });
  });

  it("of the example let a newcomer's own model in: nothing is asked that only the example's models have", () => {
    expect(checkSettings(endpoints)).toEqual(checkSettings([{ name: 'digits' }]));
  });

  it.each([
    ['nothing is judged', { strategy: 'AllAtOnce' }],
    ['a person decides', { onInsufficientEvidence: { then: 'hold' } }],
  ])('may switch every gate off where %s', (_, settings) => {
    const off = { errors: false, latency: false, predictions: false, throttles: false, accuracy: false };
    expect(problemsOf({ name: 'digits', ...settings, gates: off })).toEqual([]);
  });

  it('may switch a gate off', () => {
    expect(problemsOf({ name: 'digits', gates: { latency: false, predictions: false } })).toEqual([]);
  });
});

describe('reservedForSafety', () => {
  const reserved = (wanted?: number) =>
    new Template([{ name: 'digits' }], wanted === undefined ? {} : { reservedForSafety: wanted })
      .all('AWS::Lambda::Function')
      .filter(({ Properties }) => Properties['ReservedConcurrentExecutions'] !== undefined)
      .map(({ Metadata, Properties }) => [Metadata?.[HANDLER_METADATA], Properties['ReservedConcurrentExecutions']]);

  it('reserves concurrency for the functions that put blue back, and for no other; none by default', () => {
    expect(reserved()).toEqual([]);
    expect(reserved(5)).toEqual([
      ['restore-blue', 5],
      ['safety-net', 5],
      ['reconcile', 5],
    ]);
  });

  it.each([0, -1, 1.5])('refuses %p', (wanted) => {
    expect(() => reserved(wanted)).toThrow(`reservedForSafety is ${wanted}: must be a whole number of at least 1`);
  });
});

it('refuses a strategy whose looks do not fit into an execution, with number and limit', () => {
  const steps = Array.from({ length: 50 }, (_, index) => ({ weight: index + 1, bakeMinutes: 180 }));
  const long = { name: 'digits', strategy: { steps } };
  expect(() => new Template([long])).toThrow(/endpoint "digits": strategy: .* write \d+ events .* at most 20000/);
});
