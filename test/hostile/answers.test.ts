import fc from 'fast-check';
import { lambdaEndpointCalls } from '../../lambdas/adapters/lambda/endpoint-calls';
import { type RolloutState, rolloutStateSchema } from '../../lambdas/contract/rollout-state';
import { pairSchema } from '../../lambdas/domain/judge/paired/pair';
import type { Adapters } from '../../lambdas/adapters/adapters';
import { checkGoldenSet } from '../../lambdas/steps/verification/check-golden-set';
import { checkReady } from '../../lambdas/steps/verification/ask-version';
import { checkSignature } from '../../lambdas/steps/verification/ask-blue';
import { askPair } from '../../lambdas/steps/replay/ask-pairs';
import { contextWith, standIn } from '../adapters/stand-ins';
import { verificationState } from '../steps/verification-state';
import { damaged, expectNamed, inJson, jsonText, outcomeOf, SOME, text } from './hostile';

const FIELDS =
  'statusCode body isBase64Encoded errorType errorMessage inputs outputs name shape datatype data code error'.split(
    ' ',
  );
const METADATA = {
  name: 'digits',
  versions: ['1'],
  platform: 'onnxruntime_onnx',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
};
const scores = (score: number) => ({
  model_name: 'digits',
  model_version: '1',
  outputs: [{ name: 'y', datatype: 'FP32', shape: [1, 1], data: [score] }],
});
const error = { error: 'The model failed', code: 'ModelFailed' };

const answered = (statusCode: number, body: unknown) => ({ statusCode, headers: {}, body: JSON.stringify(body) });
const WHOLES = [
  answered(200, METADATA),
  answered(200, scores(1)),
  answered(503, error),
  { errorType: 'Error', errorMessage: 'x' },
];

/** What Lambda gives back of a call: any bytes, with or without the mark of a crash. */
const payload = fc.oneof(
  jsonText(FIELDS),
  text(),
  ...WHOLES.map((whole) => damaged(whole, FIELDS).map(inJson)),
  ...[METADATA, scores(1), scores(1e200), error].map((body) =>
    fc
      .tuple(damaged(body, FIELDS), fc.constantFrom(200, 200, 400, 500, 503, -1, 1e9))
      .map(([one, status]) => JSON.stringify({ statusCode: status, body: inJson(one) })),
  ),
);
const call = fc.record({
  Payload: fc.option(
    payload.map((one) => Buffer.from(one)),
    { nil: undefined },
  ),
  FunctionError: fc.option(text(), { nil: undefined, freq: 5 }),
});

/** Both versions answer whatever comes next. */
function portsOver(answers: readonly unknown[]): Adapters {
  let asked = 0;
  const { client } = standIn(undefined, () => answers[asked++ % answers.length]);
  const golden = { name: 'g', inputName: 'x', datatype: 'FP32', shape: [2, 1], data: [[0], [1]], labels: [0.5, 1e200] };
  let now = 0;
  return {
    // What is slept beside a call, for its limit, is longer than any pause.
    clock: {
      now: () => now,
      sleep: (ms: number) => (ms > 10_000 ? new Promise(() => 0) : Promise.resolve(void (now += ms))),
    },
    endpointCalls: lambdaEndpointCalls(contextWith({ lambda: client })),
    models: { bucket: 'b', readBytes: async () => ({ bytes: Buffer.from(JSON.stringify(golden)) }) },
    hash: () => '0',
  } as unknown as Adapters;
}

const state = verificationState({ goldenSet: { key: 'golden/g.json' }, captureSampleRate: 0.1 });

/** What a replay keeps of any two answers is read again by the chunk after it. */
async function asKeptPair(ports: Adapters, state: RolloutState, green: string): Promise<unknown> {
  const inputs = [{ name: 'x', datatype: 'FP32' as const, shape: [1, 1], data: [1] }];
  const pair = await askPair(
    ports,
    state,
    { blue: '1', green },
    { id: 'captured/a', rows: 1, inputs, labels: undefined },
  );
  // What both refuse is no pair, and nothing is kept of it.
  return 'refused' in pair ? pair : pairSchema.parse(JSON.parse(JSON.stringify(pair)));
}

test.each([
  ['checkReady', checkReady],
  ['checkSignature', checkSignature],
  ['checkGoldenSet', checkGoldenSet],
  ['askPair', asKeptPair],
] as const)('%s takes any answer of a version, or refuses it by name', (_, check) =>
  fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 4 }), async (answers) => {
      const outcome = await outcomeOf<unknown>(() => check(portsOver(answers), state, '2'));
      if ('error' in outcome) expectNamed(outcome.error);
    }),
    SOME,
  ),
);

test('numbers that verification keeps are read again by the next step as they were', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0.5, 1e200, 1e308)), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.boolean(),
      async (given, blueCrashes) => {
        const answers = given.map((score) => ({ Payload: Buffer.from(JSON.stringify(answered(200, scores(score)))) }));
        const crash = { Payload: Buffer.from('{}'), FunctionError: 'Unhandled' };
        const ports = portsOver(blueCrashes ? [...answers, ...answers, crash].slice(0, 3) : answers);
        const outcome = await outcomeOf(() => checkGoldenSet(ports, state, '2'));
        if ('error' in outcome) return expectNamed(outcome.error);
        const verification = outcome.value?.numbers;
        const carried: unknown = JSON.parse(JSON.stringify({ ...state, verification }));
        expect(rolloutStateSchema.parse(carried).verification).toEqual(verification);
      },
    ),
    SOME,
  ));

test('a blue that does not answer a golden row does not stop the rollout at its next step', async () => {
  const good = { Payload: Buffer.from(JSON.stringify(answered(200, scores(0.5)))) };
  const crash = { Payload: Buffer.from('{}'), FunctionError: 'Unhandled' };
  const golden = { name: 'g', inputName: 'x', datatype: 'FP32', shape: [2, 1], data: [[0], [1]], labels: [0.5, 0.25] };
  const ports = {
    ...portsOver([good, good, crash, good]),
    models: { readBytes: async () => ({ bytes: Buffer.from(JSON.stringify(golden)) }) },
  };
  const numbers = (await checkGoldenSet(ports as never, state, '2'))?.numbers;
  expect(JSON.parse(JSON.stringify(numbers))).toEqual({
    rows: 2,
    goldenError: expect.closeTo(0.1768, 3) as number,
    goldenMedianMs: expect.any(Number) as number,
    goldenWarnings: [expect.stringMatching(/^2 rows are few/)],
    goldenWrong: [{ row: 1, label: '0.25', green: '0.5', blue: '0.5' }],
  });
});
