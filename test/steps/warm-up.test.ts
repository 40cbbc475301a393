import type { InferInput, ModelMetadata } from '../../lambdas/contract/inference-protocol';
import type { EndpointAnswer } from '../../lambdas/adapters/lambda/endpoint-calls';
import type { Models } from '../../lambdas/adapters/s3/models';
import { warmUp } from '../../lambdas/steps/verification/warm-up';
import { verificationState } from './verification-state';

type Input = ModelMetadata['inputs'][number];
type Version = (inputs: readonly InferInput[], call: number) => EndpointAnswer;

const answered = (status: number, body: unknown): EndpointAnswer => ({ kind: 'answered', status, body, durationMs: 1 });
const good = answered(200, {
  model_name: 'digits',
  model_version: '2',
  outputs: [{ name: 'y', datatype: 'INT64', shape: [1], data: [1] }],
});
const failed = answered(500, { error: 'output y holds NaN', code: 'NonFiniteOutput' });
const misfit = answered(400, { error: 'x does not fit', code: 'InvalidInput' });
const notLoaded = answered(503, { error: 'not loaded', code: 'ModelDownloadFailed' });
const endless: EndpointAnswer = {
  kind: 'crashed',
  error: 'Sandbox.Timedout',
  message: 'RequestId: 1 Error: Task timed out after 15.00 seconds',
};
const crashed: EndpointAnswer = { kind: 'crashed', error: 'Runtime.ExitError', message: 'signal: killed' };
const FP32: Input = { name: 'x', datatype: 'FP32', shape: [-1, 4] };

interface Case {
  readonly inputs?: readonly Input[];
  readonly green: Version;
  readonly blue?: Version;
  readonly first?: boolean;
  readonly rollback?: boolean;
  readonly force?: boolean;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly proved?: boolean;
  readonly steps?: { weight: number; bakeMinutes: number }[];
}

function warm({ inputs = [FP32], green, blue = () => good, ...more }: Case) {
  const {
    first = false,
    rollback = false,
    force = false,
    proved = false,
    steps = [],
    sleep = () => new Promise<void>(() => undefined),
  } = more;
  const state = verificationState({}, { steps, force, ...(rollback && { action: 'rollback' as const }) });
  const calls: { readonly version: string; readonly inputs: readonly InferInput[] }[] = [];
  const ports = {
    models: {} as Models,
    clock: { now: () => 0, sleep },
    endpointCalls: {
      callVersionWithLog: () => Promise.reject(new Error('no log is read')),
      callVersion: async (_: string, version: string, { body }: { readonly body?: unknown }) => {
        const asked = (body as { inputs: InferInput[] }).inputs;
        calls.push({ version, inputs: asked });
        return (version === '1' ? blue : green)(asked, calls.length);
      },
    },
  };
  const signature = { name: 'digits', versions: ['2'], platform: 'onnx', inputs: [...inputs], outputs: [] };
  const done = warmUp(ports, first ? { ...state, blue: { version: '1' } } : state, '2', signature, proved);
  return Object.assign(done, { calls });
}
const thrice = (values: readonly unknown[]) => [values, values, values];
const CANARY = { steps: [{ weight: 10, bakeMinutes: 5 }] };
const isZero: Version = ([input]) => (input?.data.every((value) => value === 0) ? failed : good);

it('asks nine times, of zeros, and tells how many were answered', async () => {
  const done = warm({ green: () => good, first: true });
  expect(await done).toBe('9 of 9 warm-up requests answered');
  expect(done.calls.every(({ version }) => version === '2')).toBe(true);
  expect(done.calls[0]?.inputs).toEqual([{ name: 'x', datatype: 'FP32', shape: [1, 4], data: [0, 0, 0, 0] }]);
});

describe('a model that answers none of them', () => {
  it.each([
    [
      'first',
      { first: true },
      failed,
      /^0 of 9 warm-up requests answered: it answered 500: output y holds NaN; .*goldenSet\.key/,
    ],
    ['first, and crashes,', { first: true }, crashed, /^0 of 9 .*it crashed with Runtime\.ExitError: signal: killed/],
    [
      'first, and does not end,',
      { first: true },
      endless,
      /^0 of 9 .*timed out after 15\.00 seconds \(.* a Loop that does not end/,
    ],
    ['first, and refuses every input,', { first: true }, misfit, /^0 of 9 .*it answered 400: x does not fit/],
    ['with a canary to come', CANARY, failed, /^0 of 9/],
    ['without a canary', {}, failed, /^0 of 9/],
    ['beside a blue that crashes', { ...CANARY, blue: () => crashed }, crashed, /^0 of 9/],
    ['beside a blue that is not loaded', { ...CANARY, blue: () => notLoaded }, failed, /^0 of 9/],
    ['beside a blue that fails otherwise', { ...CANARY, blue: () => misfit }, failed, /^0 of 9/],
  ] as const)('%s is rejected', async (_, how, answer, words) => {
    await expect(warm({ green: () => answer, ...how })).rejects.toMatchObject({
      name: 'ModelRejected',
      message: expect.stringMatching(words) as string,
    });
  });

  it('is let through where real requests were answered, and where blue refuses them too', async () => {
    expect(await warm({ green: () => failed, first: true, proved: true })).toMatch(/^0 of 9 .*may be no valid input/);
    const like = warm({ green: () => failed, blue: () => failed, ...CANARY });
    expect(await like).toMatch(/^0 of 9 .*version 1, which is live, refuses them likewise/);
    expect(like.calls.filter(({ version }) => version === '1')).toHaveLength(3);
  });
});

it('rejects a first model that answers fewer than half of them', async () => {
  const often: Version = (_, call) => (call % 3 === 1 ? good : failed);
  await expect(warm({ green: often, first: true })).rejects.toThrow(
    /^3 of 9 warm-up requests answered: it answered 500/,
  );
  const seldom: Version = (_, call) => (call === 2 ? failed : good);
  expect(await warm({ green: seldom, first: true })).toMatch(/^8 of 9 warm-up requests answered: it answered 500/);
});

it('tries ones where zeros are no valid input', async () => {
  expect(await warm({ green: isZero, first: true })).toMatch(/^6 of 9/);
});

it('tries a picture of a size that a network can shrink', async () => {
  const picture: Input = { name: 'image', datatype: 'FP32', shape: [-1, 3, -1, -1] };
  const shrinks: Version = ([input]) => ((input?.shape[2] ?? 0) < 32 ? failed : good);
  const done = warm({ inputs: [picture], green: shrinks, first: true });
  expect(await done).toMatch(/^6 of 9/);
  expect(done.calls.at(-1)?.inputs[0]?.shape).toEqual([1, 3, 32, 32]);
});

it('asks with text, flags and whole numbers as each input wants them', async () => {
  const inputs: Input[] = [
    { name: 'city', datatype: 'BYTES', shape: [-1, 1] },
    { name: 'known', datatype: 'BOOL', shape: [1] },
    { name: 'age', datatype: 'INT64', shape: [-1, 1] },
  ];
  const done = warm({ inputs, green: () => failed, first: true, proved: true });
  await done;
  expect(done.calls.map(({ inputs: asked }) => asked.map(({ data }) => data[0]))).toEqual([
    ...thrice(['', false, 0]),
    ...thrice(['1', true, 1]),
    ...thrice(['a', true, 2]),
  ]);
});

it('tries more than a scalar where the model tells no shape', async () => {
  const untold: Input = { name: 'x', datatype: 'FP32', shape: [] };
  const vector: Version = ([input]) => (input?.shape.length === 2 ? good : misfit);
  const done = warm({ inputs: [untold], green: vector, first: true });
  await expect(done).resolves.toMatch(/^3 of 9/);
});

it('says what is missing where no request can be made', async () => {
  const huge: Input = { name: 'x', datatype: 'FP32', shape: [3, 2000, 2000] };
  await expect(warm({ inputs: [huge], green: () => good, first: true })).rejects.toMatchObject({
    name: 'ModelRejected',
    message: expect.stringMatching(/no warm-up request can be made: .*more than 5 MB.*goldenSet\.key/) as string,
  });
  expect(await warm({ inputs: [huge], green: () => good, ...CANARY })).toMatch(/warmed by readiness only/);
  expect(await warm({ inputs: [huge], green: () => good, first: true, proved: true })).toMatch(/warmed by readiness/);
});

it.each([
  ['BOOL', 'flags', 5],
  ['FP32', 'fractions', 3],
  ['BYTES', 'texts', 5],
  ['INT64', 'zeros', 1.5],
] as const)('asks no more %s (%s) than a call of Lambda takes', async (datatype, _, bytes) => {
  // The first kind, at so many bytes a value, is near the limit; one of the others is beyond.
  const input: Input = { name: 'x', datatype, shape: [1, Math.floor(4_900_000 / bytes)] };
  const done = warm({ inputs: [input], green: () => failed, first: true, proved: true });
  await done;
  const sizes = done.calls.map(({ inputs }) => Buffer.byteLength(JSON.stringify(JSON.stringify({ inputs }))));
  expect(Math.max(0, ...sizes)).toBeLessThan(6_000_000);
});

describe("a rollback's target that fails all of them", () => {
  const rollback = { rollback: true, green: () => failed } as const;

  it.each([
    ['answers', () => good],
    ['answers but zeros', isZero],
    ['answers one of three', ([input]: readonly InferInput[]) => (input?.data[0] === 0.5 ? good : failed)],
  ] as const)('is refused by name where the live version %s, with or without a canary', async (_, blue) => {
    for (const more of [{}, CANARY])
      await expect(warm({ ...rollback, blue, ...more })).rejects.toMatchObject({
        name: 'RollbackTargetUnavailable',
        message: expect.stringMatching(
          /version 2 answers none of the warm-up's requests: 0 of 9 .* version 1, which is live.*--to 2 --force/,
        ) as string,
      });
  });

  it('is refused, too, where an environment of the live version is still loading at first', async () => {
    const blue: Version = (_, call) => (call <= 12 ? answered(503, { error: 'not yet', code: 'ModelLoading' }) : good);
    const sleep = (ms: number) => (ms === 2_000 ? Promise.resolve() : new Promise<void>(() => undefined));
    await expect(warm({ ...rollback, blue, sleep })).rejects.toMatchObject({ name: 'RollbackTargetUnavailable' });
  });

  it.each<readonly [string, EndpointAnswer | Error]>([
    ['fails them too', failed],
    ['refuses them', misfit],
    ['crashes', crashed],
    ['is throttled', Object.assign(new Error('Rate exceeded'), { name: 'AwsThrottled' })],
  ])('is gone to where the live version %s', async (_, answer) => {
    const blue = (): EndpointAnswer => {
      if (answer instanceof Error) throw answer;
      return answer;
    };
    expect(await warm({ ...rollback, blue })).toMatch(
      /^0 of 9 .*version 1, which is live, answers none of them either$/,
    );
  });

  it.each<readonly [string, Partial<Case>]>([
    ['a person forces it', { force: true }],
    ['it refuses what it is sent, as any server may', { green: () => misfit }],
    ['it answers one', { green: (_, call) => (call === 2 ? good : failed) }],
  ])('is gone to, and the live version not asked, where %s', async (_, more) => {
    const done = warm({ ...rollback, ...more });
    expect(await done).toMatch(/^[01] of 9 .*made-up values may be no valid input$/);
    expect(done.calls.every(({ version }) => version === '2')).toBe(true);
  });
});
