import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { ModelRejected } from '../../lambdas/contract/errors';
import type { RolloutState } from '../../lambdas/contract/rollout-state';
import type { CapturedText, CaptureLimits } from '../../lambdas/adapters/s3/captured-requests';
import type { EndpointAnswer } from '../../lambdas/adapters/lambda/endpoint-calls';
import { replayCaptured } from '../../lambdas/steps/verification/replay-captured';
import { verificationState } from './verification-state';

const stateOf = (changes: Partial<EndpointSettingsInput> = {}, plan: Partial<RolloutState['plan']> = {}) =>
  verificationState({ captureSampleRate: 0.1, ...changes }, plan);

const captured = (values: readonly number[]): readonly CapturedText[] =>
  values.map((value, index) => ({
    key: `captured/digits/2026-11-23/${index}.json`,
    text: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [value] }] }),
  }));

const batch = (...data: readonly number[]): readonly CapturedText[] => [
  {
    key: 'captured/digits/2026-11-23/b.json',
    text: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [data.length, 1], data }] }),
  },
];

/** What a version does with the one number of a request. */
type Version = (value: number) => EndpointAnswer;
const answered = (status: number, body: unknown): EndpointAnswer => ({ kind: 'answered', status, body, durationMs: 1 });
const output = (datatype: string, data: readonly unknown[]) =>
  answered(200, {
    model_name: 'digits',
    model_version: '1',
    outputs: [{ name: 'y', datatype, shape: [data.length], data }],
  });
const label = (value: number) => output('INT64', [value]);
const failed = (code: string) => answered(500, { error: `it is ${code}`, code });
const crashed: EndpointAnswer = { kind: 'crashed', error: 'Runtime.ExitError', message: 'signal: killed' };

function replay(
  texts: readonly CapturedText[],
  versions: { readonly blue?: Version; readonly green?: Version },
  state = stateOf(),
  secondsPerCall = 0,
) {
  const { blue = label, green = label } = versions;
  const world = { now: 0, calls: [] as string[], asked: [] as CaptureLimits[] };
  const done = replayCaptured(
    {
      clock: { now: () => world.now, sleep: async () => undefined },
      capturedRequests: {
        newestCaptured: async (_, atMost) => {
          world.asked.push(atMost);
          return texts;
        },
      },
      endpointCalls: {
        callVersionWithLog: () => Promise.reject(new Error('replay reads no log')),
        callVersion: async (functionName, version, { method, path, body }) => {
          world.now += secondsPerCall * 1000;
          world.calls.push(`${functionName}:${version} ${method} ${path}`);
          const { inputs } = body as { inputs: { data: number[] }[] };
          return (version === '1' ? blue : green)(inputs[0]!.data[0]!);
        },
      },
    },
    state,
    '2',
  ).then((found) => {
    if (found?.refusal) throw found.refusal;
    return found;
  });
  return Object.assign(done, { world });
}

describe('a green that', () => {
  it('answers as blue does passes, with what was compared', async () => {
    const done = replay(captured([1, 2, 3]), {});
    expect(await done).toEqual({
      note: 'replayed 3 captured requests: same class for 100 % of 3 rows',
      numbers: { replayed: 3, replayAgreement: 1 },
    });
    const calls = (version: number) =>
      new Array<string>(3).fill(`digits-function:${version} POST /v2/models/digits/infer`);
    expect(done.world.calls).toEqual([...calls(1), ...calls(2)]);
    expect(done.world.asked).toEqual([{ requests: 200, bytes: 32 * 1024 * 1024 }]);
  });

  it.each([
    ['crashes', crashed, 'crashed with Runtime.ExitError: signal: killed'],
    ['fails', failed('ModelFailed'), 'answered 500: it is ModelFailed'],
    ['answers what is not finite', failed('NonFiniteOutput'), 'answered 500: it is NonFiniteOutput'],
    ['refuses the request', answered(400, 'no'), 'answered 400: "no"'],
    ['answers something else', answered(200, { y: 1 }), 'answered 200: {"y":1}'],
  ])('%s where blue answers is refused, with numbers', async (_, answer, words) => {
    const done = replay(captured([1, 2, 3, 4]), { green: (value) => (value > 2 ? answer : label(value)) });
    await expect(done).rejects.toThrow(ModelRejected);
    await expect(done).rejects.toThrow(
      `replay: green failed 2 of 4 captured requests that blue answers; first: captured/digits/2026-11-23/2.json, it ${words}`,
    );
  });

  it('fails where blue fails as well passes, and where only blue fails', async () => {
    const blue: Version = (value) => (value > 2 ? crashed : label(value));
    const green: Version = (value) => (value > 3 ? crashed : label(value));
    expect(await replay(captured([1, 2, 3, 4]), { blue, green })).toEqual({
      note: 'replayed 2 captured requests: same class for 100 % of 2 rows, 2 that blue does not answer',
      numbers: { replayed: 2, replayAgreement: 1 },
    });
  });

  it('predicts other classes passes: a better model differs', async () => {
    const green: Version = (value) => label(value % 2 === 0 ? value : value + 1);
    expect(await replay(captured([1, 2, 3, 4]), { green })).toMatchObject({
      note: 'replayed 4 captured requests: same class for 50 % of 4 rows',
      numbers: { replayAgreement: 0.5 },
    });
  });

  it('predicts other classes shows by how much each grew, row by row, when there are rows enough', async () => {
    const rows = (other: number) => () => output('INT64', [1, 2, 2, other]);
    const shown = await replay(captured([1, 2, 3, 4, 5]), { blue: rows(2), green: rows(7) });
    expect(shown?.shift).toMatchObject({
      source: 'captured requests',
      answers: 20,
      classes: [
        { class: 1, shift: 0 },
        { class: 2, shift: -0.25 },
        { class: 7, shift: 0.25 },
      ],
    });
    expect((await replay(captured([1, 2, 3, 4]), { blue: rows(2), green: rows(7) }))?.shift).toBeUndefined();
  });

  it('gives other scores passes, with the difference', async () => {
    const score = (add: number) => (value: number) => output('FP32', [value + add]);
    expect(await replay(captured([1, 2]), { blue: score(0), green: score(0.5) })).toEqual({
      note: 'replayed 2 captured requests: root mean squared difference 0.5000 over 2 rows',
      numbers: { replayed: 2, replayDifference: 0.5 },
    });
  });

  it('is compared row by row in a batch', async () => {
    const rows = (other: number) => () => output('INT64', [1, 2, other, 4]);
    const done = await replay(batch(1, 2, 3, 4), { blue: rows(3), green: rows(0) });
    expect(done?.numbers).toEqual({ replayed: 1, replayAgreement: 0.75 });
    // The batch's size is the request's, whatever the first dimension of an answer is.
    expect((await replay(captured([1]), { blue: rows(3), green: rows(0) }))?.numbers.replayAgreement).toBe(1);
  });

  it('has other inputs by force may refuse requests, and may not fail them', async () => {
    const forced = stateOf({}, { force: true });
    const refuses: Version = (value) => (value > 1 ? answered(400, {}) : label(value));
    expect((await replay(captured([1, 2]), { green: refuses }, forced))?.note).toBe(
      "replayed 1 captured requests: same class for 100 % of 1 rows, 1 that do not fit green's inputs",
    );
    await expect(replay(captured([1]), { green: () => crashed }, forced)).rejects.toThrow(ModelRejected);
  });
});

describe('captured requests', () => {
  it('that do not parse are skipped and counted', async () => {
    const malformed = ['', '{', 'null', '{"inputs":[]}', '{"inputs":[{"name":"x"}]}'];
    const texts = [...malformed.map((text, index) => ({ key: `bad/${index}`, text })), ...captured([1])];
    expect(await replay(texts, {})).toMatchObject({
      note: 'replayed 1 captured requests: same class for 100 % of 1 rows, 5 malformed and skipped',
      numbers: { replayed: 1 },
    });
  });

  it('are nothing to compare when all are malformed', async () => {
    expect(await replay([{ key: 'bad', text: '[]' }], {})).toEqual({
      note: 'replayed 0 captured requests: nothing to compare, 1 malformed and skipped',
      numbers: { replayed: 0 },
    });
  });

  it('that are none are no failure', async () => {
    expect(await replay([], {})).toEqual({ note: 'no replay: no request was captured yet', numbers: {} });
  });

  it('are not asked for where none are kept, or where there is no blue', async () => {
    const off = replay(captured([1]), {}, stateOf({ captureSampleRate: 0 }));
    expect(await off).toBeUndefined();
    const first = replay(captured([1]), {}, { ...stateOf(), blue: { version: '1' } });
    expect(await first).toEqual({ note: 'no replay: there is no blue to compare with', numbers: {} });
    expect([...off.world.asked, ...first.world.asked]).toEqual([]);
  });

  it('are replayed for as long as blue may be asked', async () => {
    // Five on two versions, a second each: 10 s a batch, so that blue's 35 s end in the fourth.
    const done = await replay(captured(new Array<number>(40).fill(1)), {}, stateOf(), 1);
    expect(done).toMatchObject({
      note: expect.stringMatching(/^replayed 15 .*, stopped after 35 s$/) as string,
      numbers: { replayed: 15 },
    });
  });
});
