import type { CapturedObject } from '../../lambdas/adapters/s3/captured-requests';
import { AUTO_CAPTURES_A_DAY } from '../../lambdas/domain/plan/time-to-proof';
import { requestCapture } from '../../lambdas/model-server/capture';
import { SLOT_MS } from '../../lambdas/model-server/capture-slots';
import { seededRandom } from '../../simulator/random';
import { digits, envFor } from './serve';

const NOON = Date.UTC(2026, 10, 23, 12);

describe('"auto"', () => {
  const DAY = 24 * 60 * 60_000;

  /** A day of requests, each other than all before, that come at random to so many environments. */
  async function day(environments: number, requestsPerMinute: number, hours = 24) {
    const taken = new Map<string, number>();
    const time = { now: NOON - DAY / 2 };
    const begun = time.now;
    let tries = 0;
    const random = seededRandom(7);
    const parts = {
      env: envFor(digits('v1-baseline.onnx'), { captureRate: 'auto' }),
      log: { info: () => undefined, error: () => undefined, warn: () => undefined },
      sink: {
        write: async ({ key }: CapturedObject) => {
          tries += 1;
          if (taken.has(key)) return 'taken' as const;
          taken.set(key, time.now);
          return 'kept' as const;
        },
      },
      now: () => time.now,
      random,
      abortAfter: () => new AbortController().signal,
    };
    const captures = Array.from({ length: environments }, () => requestCapture(parts));
    for (let n = 0; ; n += 1) {
      time.now += (-Math.log(1 - random()) * 60_000) / requestsPerMinute;
      if (time.now >= begun + hours * 60 * 60_000) break;
      const inputs = [{ name: 'x', datatype: 'FP32', shape: [1], data: [n] }];
      await captures[Math.floor(random() * environments)]!({ inputs }, `r-${n}`)?.();
    }
    const byHour = Array.from({ length: Math.ceil(hours) }, () => 0);
    for (const at of taken.values()) byHour[Math.floor((at - begun) / 3_600_000)]! += 1;
    return { tries, byHour, keys: [...taken.keys()] };
  }

  it.each([
    [1, 1, 24, 1_250],
    [1, 20, 12, 1_490],
    [10, 20, 12, 1_350],
    [50, 200, 4, 430],
  ])('keeps of %i environments at %i a minute in %i hours at least %i, each hour its share', async (...drawn) => {
    const [environments, requestsPerMinute, hours, least] = drawn;
    const { keys, tries, byHour } = await day(environments, requestsPerMinute, hours);
    // Slots that the hour before has left are of the day before.
    const today = keys.filter((key) => key.includes('2026-11-23'));
    expect(today.length).toBeGreaterThanOrEqual(least);
    expect(today.length).toBeLessThanOrEqual((AUTO_CAPTURES_A_DAY / 24) * hours);
    expect(tries).toBeLessThan(4 * today.length + 20 * environments);
    expect(Math.min(...byHour)).toBeGreaterThan((0.6 * today.length) / hours);
    expect(Math.max(...byHour)).toBeLessThanOrEqual(250);
  });

  it('keeps no more of a flood that comes to 300 environments at once', async () => {
    const { keys, tries } = await day(300, 10_000, 0.25);
    expect(keys.length).toBeLessThanOrEqual(1.25 * 125);
    // Some ten tries of each, while it learns how many there are.
    expect(tries).toBeLessThan(12 * 300);
  });

  it.each([
    ['a request key', { requestKey: `1.${'k'.repeat(43)}` }],
    ['no request key', { requestKey: undefined }],
  ])('gives a caller that sends at the beginning of each slot little more than its share, with %s', async (_, key) => {
    const owners = new Map<string, string>();
    const random = seededRandom(3);
    const time = { now: 0 };
    const environments = Array.from({ length: 5 }, () =>
      requestCapture({
        env: { ...envFor(digits('v1-baseline.onnx'), { captureRate: 'auto' }), ...key },
        log: { info: () => undefined, error: () => undefined, warn: () => undefined },
        sink: {
          write: async ({ key: slot, requestId }) => {
            if (owners.has(slot)) return 'taken';
            owners.set(slot, requestId);
            return 'kept';
          },
        },
        now: () => time.now,
        random,
        abortAfter: () => new AbortController().signal,
      }),
    );
    const firstSlot = NOON / SLOT_MS;
    const calls = Array.from({ length: 500 }, (__, slot) => slot).flatMap((slot) => [
      // One to each environment: none else comes before it in this slot.
      ...environments.map((___, to) => ({ at: (firstSlot + slot) * SLOT_MS + to + 1, from: 'early', to })),
      ...Array.from({ length: 20 }, (___, n) => ({
        ...{ at: (firstSlot + slot + random()) * SLOT_MS, from: 'others', to: n % environments.length },
      })),
    ]);
    for (const [n, { at, from, to }] of calls.sort((a, b) => a.at - b.at).entries()) {
      time.now = at;
      await environments[to]!({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [n] }] }, from)?.();
    }
    const kept = [...owners.values()].slice(150);
    expect(kept.length).toBeGreaterThan(300);
    // 5 of 25 requests are its own.
    expect(kept.filter((from) => from === 'early').length / kept.length).toBeLessThan(0.3);
  });
});
