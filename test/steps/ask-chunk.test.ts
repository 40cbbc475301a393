import type { LoggedAnswer } from '../../lambdas/adapters/lambda/endpoint-calls';
import type { Pair } from '../../lambdas/domain/judge/paired/pair';
import { askChunk } from '../../lambdas/steps/replay/ask-chunk';
import { verificationState } from './verification-state';

interface World {
  /** Undefined: Lambda does not say. */
  readonly account?: number | undefined;
  readonly reserved?: number | 'refused';
  readonly usersPerMinute?: number | 'unavailable';
  /** Of one request, as the pairs before have shown it. */
  readonly blueMs?: number;
}

/** How many requests run at once at most while 200 are asked. */
async function mostAtOnce({ account, reserved, usersPerMinute = 0, blueMs }: World): Promise<number> {
  const state = verificationState();
  const rules = { falseAlarmRate: 0.01, missRate: 0.05, planned: 200, gates: state.config.settings.gates };
  const minutes: number[] = [];
  let [running, most] = [0, 0];
  const answer: LoggedAnswer = {
    answer: { kind: 'answered', status: 200, body: { outputs: [] }, durationMs: 20 },
    log: [],
  };
  const before: readonly Pair[] =
    blueMs === undefined
      ? []
      : [{ request: 'before', blue: { failed: 0, ms: blueMs }, green: { failed: 0, ms: blueMs } }];
  await askChunk(
    {
      accountLimits: {
        unreservedExecutions: async () => account,
        reservedExecutions: async (name) => {
          expect(name).toBe('digits-function');
          if (reserved === 'refused') throw new Error('AccessDenied');
          return reserved;
        },
      },
      clock: { now: () => Date.parse('2026-11-23T09:10:00Z'), sleep: () => new Promise(() => undefined) },
      endpointCalls: {
        callVersion: () => Promise.reject(new Error('a replay reads the log')),
        callVersionWithLog: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return answer;
        },
      },
      evidence: {
        fetchBaseline: () => Promise.reject(new Error('not asked for')),
        fetchMinutes: () => Promise.reject(new Error('not asked for')),
        fetchTimeTaken: () => Promise.reject(new Error('not asked for')),
        fetchRequests: async (_, version, minute) => {
          expect(version).toBe('1');
          minutes.push(minute);
          return usersPerMinute;
        },
      },
      hash: (text) => String(text.length % 10),
    },
    state,
    { asked: 0, pairs: before, requests: Array.from({ length: 200 }, (_, n) => `request ${n}`) },
    rules,
    async (id) => ({
      ...{ id, rows: 1, labels: undefined },
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [1] }],
    }),
  );
  expect(minutes).toEqual([Date.parse('2026-11-23T09:07:00Z')]);
  return most;
}

describe('requests that a replay asks at once', () => {
  it.each<[string, World, number]>([
    ['eight in a usual account', { account: 1_000 }, 8],
    ['a tenth of a small account', { account: 50 }, 5],
    ['one in a new account', { account: 10 }, 1],
    ['two where Lambda does not say', {}, 2],
    ['a quarter of what is reserved for a function without users', { account: 1_000, reserved: 20 }, 5],
    ['no fewer for a full account, where the function has its own', { account: 10, reserved: 100 }, 8],
    ['one where next to nothing is reserved', { account: 1_000, reserved: 1 }, 1],
    [
      'a quarter of what twice the users leave',
      { account: 1_000, reserved: 40, usersPerMinute: 600, blueMs: 1_000 },
      5,
    ],
    ['more where requests are short', { account: 1_000, reserved: 40, usersPerMinute: 600, blueMs: 20 }, 8],
    ['as of a second each before any is known', { account: 1_000, reserved: 40, usersPerMinute: 600 }, 5],
    ['one beside users who need it all', { account: 1_000, reserved: 20, usersPerMinute: 1_200, blueMs: 1_000 }, 1],
    ['what users leave of the account', { account: 100, usersPerMinute: 1_200, blueMs: 2_000 }, 5],
    ['two where CloudWatch does not say', { account: 1_000, usersPerMinute: 'unavailable' }, 2],
    ['two where the reservation cannot be read', { account: 1_000, reserved: 'refused' }, 2],
  ])('are %s', async (_, world, expected) => {
    expect(await mostAtOnce(world)).toBe(expected);
  });
});
