import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { remembered, roomFor } from '../../simulator/runtime/remembered';
import type { FunctionRuntime, InvocationResult } from '../../simulator/runtime/function-runtime';
import { passOver, stopwatch, timing } from '../../simulator/runtime/stopwatch';
import { TimedTogether } from '../../simulator/runtime/timed-together';

const feeds = (value: number) => ({ x: new Tensor('float32', [value], [1]) });

/** A model that takes 5 ms, and answers so many bytes. */
function counted(bytes: number, room = roomFor(10_000)) {
  const asked: unknown[] = [];
  const run = remembered(async (given: InferenceSession.FeedsType) => {
    asked.push(given);
    passOver(5);
    return { y: new Tensor('uint8', new Uint8Array(bytes), [bytes]) };
  }, room);
  return { asked, ask: (value: number) => run(feeds(value), {}) };
}

it('computes each request once, and answers it the same again', async () => {
  const { asked, ask } = counted(100);
  const first = await ask(1);
  expect(await ask(1)).toBe(first);
  await ask(2);
  expect(asked).toHaveLength(2);
});

it('keeps no more than there is room for, of small answers too, and of all sessions together', async () => {
  const room = roomFor(10_000);
  const [one, two] = [counted(0, room), counted(0, room)];
  for (let value = 0; value < 100; value += 1) await one.ask(value);
  for (let value = 0; value < 100; value += 1) await one.ask(value);
  const kept = 200 - one.asked.length;
  // An entry of no bytes costs what a map, a key and a tensor do.
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThanOrEqual(10);
  await two.ask(1);
  await two.ask(1);
  expect(two.asked).toHaveLength(2);
});

describe('times on a machine that is busy with other things', () => {
  /**
   * The engine's processes: each version a session of its own, on one machine whose speed changes with all that it is
   * asked.
   */
  function machine(slowness: (asked: number) => number, modelMs: Readonly<Record<string, number>>) {
    let asked = 0;
    const sessions = new Map(
      Object.entries(modelMs).map(([version, ms]) => [
        version,
        remembered(async () => {
          passOver(ms * slowness(asked++));
          return { y: new Tensor('uint8', new Uint8Array(1), [1]) };
        }, roomFor(1_000_000)),
      ]),
    );
    const timedArns = new Set<string>();
    const processes: FunctionRuntime = {
      invoke: async ({ version }, events, { isTimed, invokedFunctionArn }) => {
        if (isTimed === true) timedArns.add(invokedFunctionArn);
        const results: InvocationResult[] = [];
        for (const event of events) {
          const elapsed = stopwatch();
          timing.isOn = isTimed === true;
          await sessions.get(version)!(feeds(Number((event as { body: string }).body)), {});
          timing.isOn = false;
          results.push({ ok: true, payload: {}, logs: [], durationMs: elapsed() });
        }
        return results;
      },
      stop: async () => undefined,
    };
    let now = 0;
    const runtime = new TimedTogether(
      processes,
      () => ({ real: (work) => work }),
      () => (now += 1),
    );
    const ask = async (version: string, from: number, to: number): Promise<readonly number[]> => {
      const events = Array.from({ length: to - from }, (_, at) => ({
        rawPath: '/v2/models/m/infer',
        body: `${from + at}`,
      }));
      const of = { functionName: 'f', version, environment: {}, memoryMB: 512, timeoutSeconds: 30, logicalId: 'F' };
      const context = {
        invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f:live',
        functionVersion: version,
        requestIds: events.map(({ body }) => body),
      };
      return (await runtime.invoke(of, events, context)).map(({ durationMs }) => durationMs);
    };
    return { ask, timedArns };
  }
  const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

  /** Twice as slow once green is there, and each tenth answer is ten times as late, whatever the version. */
  const busy = (asked: number) => (asked < 420 ? 1 : 2) * (asked % 10 === 7 ? 10 : 1);

  it.each([
    ['are the same for the same model', 40, 1],
    ['show a model that takes twice as long', 80, 2],
    ['show a model that is a third slower', 53.2, 1.33],
  ])('%s', async (_, greenMs, expected) => {
    const { ask } = machine(busy, { '1': 40, '2': greenMs });
    await ask('1', 0, 300);
    await ask('1', 0, 300);
    // What users have asked before, and what is new to both.
    for (const [from, to] of [
      [0, 100],
      [300, 400],
    ] as const) {
      const [green, blue] = [await ask('2', from, to), await ask('1', from, to)];
      expect(middle(green) / middle(blue)).toBeCloseTo(expected, 1);
      // By the judge's own bound: nearly all of them, or nearly none.
      const slower = blue.filter((ms, at) => green[at]! > Math.max(1.276 * ms, ms + 10)).length;
      if (expected > 1.3) expect(slower).toBeGreaterThan(80);
      else expect(slower).toBeLessThan(20);
    }
  });

  it('leave blue as fast beside green as in its own hour, so that its quantiles go on to tell something', async () => {
    const busyAsEver = (asked: number) => 1 + ((asked * 7) % 11) / 22;
    const { ask } = machine(busyAsEver, { '1': 40, '2': 40 });
    await ask('1', 0, 300);
    const hour = await ask('1', 0, 300);
    await ask('2', 0, 100);
    const beside = await ask('1', 0, 300);
    expect(Math.max(...beside)).toBeGreaterThanOrEqual(middle(hour));
    expect(middle(beside) / middle(hour)).toBeCloseTo(1, 1);
  });

  it('are taken of each version under its own ARN, whichever alias its users ask', async () => {
    const { ask, timedArns } = machine(() => 1, { '1': 40, '2': 40 });
    await ask('1', 0, 10);
    await ask('2', 0, 10);
    const own = (version: string) => `arn:aws:lambda:eu-west-1:123456789012:function:f:${version}`;
    expect([...timedArns].sort()).toEqual([own('1'), own('2')]);
  });

  it('keep what takes several times as long as all that was timed: that is the request, and no hiccup', async () => {
    // 50 of blue's own, 3 rounds of 40 by blue alone, and as many by both.
    const { ask } = machine((asked) => (asked === 50 + 120 + 240 + 20 ? 30 : 1), { '1': 40, '2': 40 });
    await ask('1', 0, 50);
    const times = await ask('2', 50, 100);
    expect(times.filter((ms) => ms > 1_000)).toHaveLength(1);
  });
});
