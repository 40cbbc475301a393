import type { EndpointAnswer, LoggedAnswer } from '../../lambdas/adapters/lambda/endpoint-calls';
import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { capturedReplay, type ReplayRequest, requestInWords } from '../../lambdas/contract/replay';
import type { RolloutState } from '../../lambdas/contract/rollout-state';
import { judgePairs } from '../../lambdas/domain/judge/paired/judge-pairs';
import { askPair } from '../../lambdas/steps/replay/ask-pairs';
import { verificationState } from './verification-state';

/** What a version does at its first try, its second, and so on. */
type Version = (attempt: number) => EndpointAnswer;
const answered = (status: number, body: unknown): EndpointAnswer => ({ kind: 'answered', status, body, durationMs: 1 });
const output = (datatype: string, data: readonly unknown[]) =>
  answered(200, {
    model_name: 'digits',
    model_version: '1',
    outputs: [{ name: 'y', datatype, shape: [data.length], data }],
  });
const failed = (code: string) => answered(500, { error: `it is ${code} of "Ada"`, code });
const crashed: EndpointAnswer = { kind: 'crashed', error: 'Runtime.ExitError', message: 'signal: killed' };
const label: Version = () => output('INT64', [1]);

const REQUEST: ReplayRequest = {
  id: 'captured/digits/2026-11-23/2.json',
  rows: 1,
  inputs: [{ name: 'x', datatype: 'BYTES', shape: [1], data: ['Ada'] }],
  labels: undefined,
};

interface How {
  readonly blue?: Version;
  readonly green?: Version;
  readonly settings?: Partial<EndpointSettingsInput>;
  readonly plan?: Partial<RolloutState['plan']>;
  readonly answers?: RolloutState['answers'];
  readonly secondsPerCall?: number;
}

/** The pair of one request, and how often each version was asked for it. */
async function asked({ blue = label, green = label, settings, plan, answers, secondsPerCall = 0 }: How) {
  let now = 0;
  const tries = { blue: 0, green: 0 };
  const pair = await askPair(
    {
      clock: { now: () => now, sleep: async (ms: number) => void (now += ms) },
      hash: () => '0',
      endpointCalls: {
        callVersion: () => Promise.reject(new Error('a replay reads the log')),
        callVersionWithLog: async (_: string, version: string): Promise<LoggedAnswer> => {
          now += secondsPerCall * 1000;
          const side = version === '1' ? 'blue' : 'green';
          tries[side] += 1;
          return { answer: (side === 'blue' ? blue : green)(tries[side]), log: [] };
        },
      },
    },
    { ...verificationState(settings, plan), ...(answers && { answers }) },
    { blue: '1', green: '2' },
    REQUEST,
  );
  return 'refused' in pair
    ? { ...pair, pair: undefined, tries, seconds: now / 1000 }
    : { pair, refused: undefined, tries, seconds: now / 1000 };
}

const judged = (pair: Awaited<ReturnType<typeof asked>>['pair'], mode: 'enforce' | 'observe' = 'enforce') => {
  const { falseAlarmRate, missRate, gates } = verificationState({ gates: { errors: { mode } } }).config.settings;
  return judgePairs(pair === undefined ? [] : [pair], { falseAlarmRate, missRate, gates, planned: 3000 }, 'more');
};

it('reads whole numbers beside one number as classes where these are compared, by the task or with the number', async () => {
  const both: Version = () =>
    answered(200, {
      ...{ model_name: 'digits', model_version: '1' },
      outputs: [
        { name: 'sure', datatype: 'FP32', shape: [1, 1], data: [0.5] },
        { name: 'y', datatype: 'INT8', shape: [1, 3], data: [0, 0, 0] },
      ],
    });
  const versions = { blue: both, green: both };
  const open = await asked({ ...versions, answers: { measures: ['class', 'score'] } });
  expect(open.pair?.green).toMatchObject({ classes: [0], scores: [0.5] });
  const settings = { task: 'classification' } as const;
  const classified = await asked({ ...versions, settings, answers: { measures: ['class'] } });
  expect(classified.pair?.green).toMatchObject({ classes: [0] });
  expect(classified.pair?.green).not.toHaveProperty('scores');
  const regression = await asked({ ...versions, settings: { task: 'regression' }, answers: { measures: ['score'] } });
  expect(regression.pair?.green).toMatchObject({ scores: [0.5] });
  expect(regression.pair?.green).not.toHaveProperty('classes');
});

it('reads scores, and of those that are no numbers none, as neither a class', async () => {
  const { pair } = await asked({ blue: () => output('FP32', [0.5, 0.25]), green: () => output('FP32', [0.5, 'NaN']) });
  expect(pair?.blue).toMatchObject({ failed: 0, scores: [0.5, 0.25] });
  expect(pair?.green).toEqual({ failed: 0, ms: 1 });
});

it('reads classes', async () => {
  const { pair } = await asked({ blue: () => output('INT64', [1, 2]), green: () => output('INT64', [1, 3]) });
  expect([pair?.blue.classes, pair?.green.classes]).toEqual([
    [1, 2],
    [1, 3],
  ]);
});

it('reads one class where a model without batches gives its scores', async () => {
  const version: Version = () => output('FP32', [1, 2, 9]);
  const settings = { task: 'classification' } as const;
  const { pair } = await asked({ blue: version, green: version, settings, answers: { measures: ['class'] } });
  expect(pair?.green).toEqual({ failed: 0, ms: 1, classes: [2] });
});

it('reads every number and every label that both versions count, and no class where they count none', async () => {
  const vector: Version = () =>
    answered(200, {
      model_name: 'd',
      model_version: '1',
      outputs: [
        { name: 'y', datatype: 'FP32', shape: [1, 3], data: [0.5, 0.25, 0.75] },
        { name: 'z', datatype: 'FP32', shape: [1, 1], data: [9] },
      ],
    });
  const measures = ['first', 'mean', 'largest', 'label', 'extra'];
  const { pair } = await asked({
    blue: vector,
    green: vector,
    settings: { measures: [{ name: 'extra', output: 'z' }] },
    answers: { measures },
  });
  expect(pair?.green).toEqual({
    ...{ failed: 0, ms: 1, labels: [[0, 2]] },
    measures: { first: [0.5], mean: [0.5], largest: [0.75], extra: [9] },
  });
});

describe('a request that green', () => {
  it.each([
    ['crashes at', crashed, 'crashed with Runtime.ExitError: signal: killed'],
    ['fails', failed('ModelFailed'), 'answered 500: ModelFailed'],
    ['answers with what is not finite', failed('NonFiniteOutput'), 'answered 500: NonFiniteOutput'],
    ['refuses', answered(400, { error: 'no "Ada"', code: 'InvalidInput' }), 'answered 400: InvalidInput'],
    ['answers with something else', answered(200, { y: 1 }), 'answered 200: what is no answer of the protocol'],
  ])(
    '%s each time, where blue answers, is enough to refuse it, by name and with what it said',
    async (_, how, words) => {
      const { pair, tries } = await asked({ green: () => how });
      expect(tries).toEqual({ blue: 10, green: 10 });
      expect(pair).toMatchObject({ eachOf: 10, green: { failed: 1 }, blue: { failed: 0 } });
      expect(judged(pair)).toMatchObject({
        verdict: 'fail',
        gate: 'errors',
        reason:
          `errors: green fails a request that blue answers, at each of 10 tries: ${REQUEST.id}, it ${words}; it is ` +
          'one of 1 request, and a request that always fails is no luck',
      });
      expect(judged(pair, 'observe').verdict).toBe('continue');
      // What a version says may quote a request, and is kept only where its values may be shown.
      expect(JSON.stringify(pair)).not.toContain('Ada');
    },
  );

  it.each([
    ['at nine tries of ten', (attempt: number) => (attempt === 10 ? label(1) : crashed), 10, 0.9],
    ['at the first alone', (attempt: number) => (attempt === 1 ? crashed : label(1)), 3, 1 / 3],
  ] as const)('fails %s is bet on like any other failure', async (_, green, times, share) => {
    const { pair, tries } = await asked({ green });
    expect(tries).toEqual({ blue: times, green: times });
    expect(pair?.green.failed).toBeCloseTo(share);
    expect(pair?.eachOf).toBeUndefined();
    expect(judged(pair).verdict).toBe('continue');
  });

  it.each([
    ['blue fails as well', () => crashed],
    ['blue fails at its last try', (attempt: number) => (attempt < 10 ? label(1) : crashed)],
  ] as const)('fails each time is no regression where %s', async (_, blue) => {
    const { pair } = await asked({ blue, green: () => crashed });
    expect(pair?.eachOf).toBeUndefined();
    expect(judged(pair).verdict).toBe('continue');
  });

  it('hangs at is asked three times, and no more than a chunk has time for', async () => {
    const { pair, tries } = await asked({ green: () => crashed, secondsPerCall: 15 });
    expect([pair?.eachOf, tries.green]).toEqual([3, 3]);
    const slower = await asked({ green: () => crashed, secondsPerCall: 40 });
    expect([slower.pair?.eachOf, slower.tries.green]).toEqual([undefined, 1]);
  });

  it('is asked again after a pause, in which what was only a moment passes', async () => {
    expect((await asked({ green: () => crashed })).seconds).toBeGreaterThanOrEqual(7);
    expect((await asked({ green: (attempt) => (attempt < 3 ? crashed : label(1)) })).seconds).toBe(0);
  });

  it('cannot be run for ends the rollout where blue answers, and not where both have a bad moment', async () => {
    const message = 'version 2 cannot be called: KMSDisabledException';
    const cannotRun: EndpointAnswer = { kind: 'crashed', error: 'VersionCannotRun', message };
    await expect(asked({ green: () => cannotRun })).rejects.toMatchObject({ name: 'GreenUnhealthy' });
    const once: Version = (attempt) => (attempt === 2 ? cannotRun : label(1));
    for (const blue of [once, () => cannotRun]) {
      const { pair } = await asked({ blue, green: () => cannotRun });
      expect(pair?.eachOf).toBeUndefined();
      expect(judged(pair).verdict).toBe('continue');
    }
    const moment: Version = (attempt) => (attempt < 5 ? cannotRun : label(1));
    expect((await asked({ green: moment })).pair?.green.failed).toBeLessThan(1);
  });

  it('refuses says nothing where blue refuses it too, or where green has other inputs by force', async () => {
    const refuses: Version = () => answered(400, { error: 'no "Ada"', code: 'InvalidInput' });
    const both = await asked({ blue: refuses, green: refuses });
    expect(both.pair).toBeUndefined();
    // What users sent is not quoted; the file of samples is, by who wrote it.
    expect(both.refused).toMatch(/^captured\/digits\/2026-11-23\/2\.json, answered 400: InvalidInput$/);
    expect((await asked({ green: refuses, plan: { force: true } })).pair).toBeUndefined();
    expect((await asked({ green: () => crashed, plan: { force: true } })).pair).toMatchObject({ eachOf: 10 });
  });
});

it('shows of a request what the endpoint allows: shapes, or first values too', async () => {
  expect(requestInWords(REQUEST, 'shapes')).toBe('x BYTES [1]');
  expect(requestInWords(REQUEST, 'values')).toBe('x BYTES [1]: "Ada"');
  const long = { ...REQUEST, inputs: [{ ...REQUEST.inputs[0]!, shape: [99], data: Array<string>(99).fill('a\n') }] };
  expect(requestInWords(long, 'values')).toMatch(/^x BYTES \[99\]: "a\\n", .*, …$/);
  const { pair } = await asked({ green: () => failed('ModelFailed'), settings: { replay: { show: 'values' } } });
  expect(pair?.green.said).toBe('answered 500: it is ModelFailed of "Ada"');
});

it.each(['', '{', 'null', '[]', '{"inputs":[]}', '{"inputs":[{"name":"x"}]}'])(
  'of a captured object that is %j there is no request',
  (text) => expect(capturedReplay('captured/a', text)).toBeUndefined(),
);
