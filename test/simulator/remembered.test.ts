import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { remembered, roomFor } from '../../simulator/runtime/remembered';
import { passOver } from '../../simulator/runtime/stopwatch';

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
