import { MAX_CAPTURED_BYTES, type CaptureRate } from '../../lambdas/contract/replay';
import { inferRequest, parseDataSet } from '../../lambdas/contract/golden-set';
import { CAPTURE_GAP_MS, CAPTURE_LIMIT_MS, requestCapture } from '../../lambdas/model-server/capture';
import { SLOT_MS } from '../../lambdas/model-server/capture-slots';
import type { CapturedObject, CaptureSink } from '../../lambdas/adapters/s3/captured-requests';
import { byVersion, digits, envFor, fixture, input, serve, throughLive, type LogLine } from './serve';

const live = parseDataSet(digits('live-traffic.json'));
const dense = live.requests.findIndex(
  ({ inputs }) => inputs[0]!.data.reduce<number>((sum, value) => sum + Number(value), 0) > 360,
);
const NOON = Date.UTC(2026, 10, 23, 12);

interface Options {
  readonly file?: Buffer;
  readonly rate?: CaptureRate;
  readonly write?: CaptureSink['write'];
  readonly random?: () => number;
  readonly stopwatch?: () => () => number;
  readonly afterAnswer?: (work: () => Promise<void>) => void;
}

/** A sink that keeps one object a key, as S3 does. */
const keepIn =
  (kept: CapturedObject[]): CaptureSink['write'] =>
  async (object) => {
    if (kept.some(({ key }) => key === object.key)) return 'taken';
    kept.push(object);
    return 'kept';
  };

/** A model server that captures into a list, with a clock that moves only when told to. */
function capturing({ file = digits('v1-baseline.onnx'), rate = 1, write, random = () => 0, ...parts }: Options = {}) {
  const kept: CapturedObject[] = [];
  const lines: LogLine[] = [];
  const limits: number[] = [];
  const time = { now: NOON };
  const timeout = new AbortController();
  const capture = requestCapture({
    env: envFor(file, { captureRate: rate }),
    sink: { write: write ?? keepIn(kept) },
    log: {
      info: () => undefined,
      error: () => undefined,
      warn: (message, fields) => lines.push({ level: 'warn', message, fields }),
    },
    now: () => time.now,
    random,
    abortAfter: (ms) => {
      limits.push(ms);
      return timeout.signal;
    },
  });
  return {
    ...serve(file, {}, { ...parts, capture, now: () => time.now }),
    kept,
    captureLines: lines,
    limits,
    time,
    timeout,
  };
}

describe('a sample of live requests', () => {
  it('is kept by endpoint and day under the id that Lambda gave, and holds the tensors alone', async () => {
    const { infer, kept } = capturing();
    const request = inferRequest(live, 0);
    const [tensor] = request.inputs;
    const sent = {
      id: 'user-4711',
      parameters: { account: 'me' },
      outputs: [{ name: 'label' }],
      inputs: [{ ...tensor, parameters: { from: 'me' } }],
    };
    expect((await infer(sent)).statusCode).toBe(200);
    expect(kept.map(({ bucket, key }) => `${bucket}/${key}`)).toEqual(['b/captured/digits/2026-11-23/r-1.json']);
    expect(JSON.parse(kept[0]!.body)).toEqual(request);
  });

  it('is empty at rate 0, and at any rate while there is no model', async () => {
    const off = capturing({ rate: 0 });
    await off.infer(inferRequest(live, 0));
    expect(off.kept).toEqual([]);
    const broken = capturing({ file: digits('truncated.onnx') });
    expect((await broken.infer(inferRequest(live, 0))).statusCode).toBe(503);
    expect(broken.kept).toEqual([]);
  });

  it('is as large as the rate says', async () => {
    let drawn = 0;
    const { infer, kept, time } = capturing({ rate: 0.25, random: () => (drawn++ % 100) / 100 });
    for (let i = 0; i < 100; i += 1) {
      time.now += CAPTURE_GAP_MS;
      await infer(inferRequest(live, i), by(`r-${i}`));
    }
    expect(kept).toHaveLength(25);
  });

  it('has no request that calls a version by itself: a replay is not captured again', async () => {
    const { infer, kept } = capturing();
    await infer(inferRequest(live, 0), byVersion);
    expect(kept).toEqual([]);
    await infer(inferRequest(live, 0), throughLive);
    expect(kept).toHaveLength(1);
  });

  it('has no request whose caller was at fault, and each that the model fails', async () => {
    const { infer, call, kept } = capturing({ file: digits('throws-on-dense.onnx') });
    await infer('{');
    await infer(input('pixels', 'FP32', [1, 3], [1, 2, 3]));
    await call('GET', '/v2/models/m');
    expect(kept).toEqual([]);
    expect((await infer(inferRequest(live, dense))).statusCode).toBe(500);
    expect(kept).toHaveLength(1);
  });

  it("has no request that the model shows to be its caller's mistake", async () => {
    const { infer, kept } = capturing({ file: fixture('echo-fp32.onnx') });
    expect((await infer(input('x', 'FP32', [2], [0.5, null]))).statusCode).toBe(400);
    expect(kept).toEqual([]);
  });

  it('has no request above 256 KB, and one just below', async () => {
    const { infer, kept, time } = capturing({ file: fixture('regression.onnx') });
    const rows = (count: number) => input('x', 'FP32', [count, 2], new Array<number>(count * 2).fill(0.125));
    // Six bytes each, above the limit only when written; then two million bytes, found by their number.
    for (const count of [22_000, 200_000]) expect((await infer(rows(count))).statusCode).toBe(200);
    expect(kept).toEqual([]);
    time.now += CAPTURE_GAP_MS;
    await infer(rows(21_000));
    expect(kept[0]?.body.length).toBeGreaterThan(MAX_CAPTURED_BYTES * 0.95);
  });

  it('is one of a burst, and the next one when the gap is over', async () => {
    const { infer, kept, time } = capturing();
    for (let i = 0; i < 20; i += 1) await infer(inferRequest(live, i), by(`r-${i}`));
    time.now += CAPTURE_GAP_MS - 1;
    await infer(inferRequest(live, 20), by('r-20'));
    expect(kept).toHaveLength(1);
    time.now += 1;
    await infer(inferRequest(live, 21), by('r-21'));
    expect(kept).toHaveLength(2);
  });

  it('has identical requests once a day', async () => {
    const { infer, kept, time } = capturing();
    for (let i = 0; i < 30; i += 1) {
      time.now += CAPTURE_GAP_MS;
      await infer(inferRequest(live, i % 3), by(`r-${i}`));
    }
    expect(kept).toHaveLength(3);
    time.now += 24 * 60 * 60_000;
    await infer(inferRequest(live, 0), by('next day'));
    expect(kept).toHaveLength(4);
  });

  it('is named by the slot of the day where the rate is auto, and says which request it was', async () => {
    const { infer, kept, time } = capturing({ rate: 'auto' });
    // A moment before the next slot: this one is open, whenever it opened.
    time.now += SLOT_MS - 1;
    await infer(inferRequest(live, 0), by('r-77'));
    expect(kept).toMatchObject([{ key: 'captured/digits/2026-11-23/1500.json', requestId: 'r-77' }]);
  });
});

describe('a sink that', () => {
  it('fails costs no request, and one line a minute', async () => {
    const { infer, captureLines, counts, time } = capturing({
      write: async () => {
        throw Object.assign(new Error('no'), { name: 'AccessDenied' });
      },
    });
    for (let second = 0; second < 61; second += 1) {
      expect((await infer(inferRequest(live, 0))).statusCode).toBe(200);
      time.now += 1_000;
    }
    expect(captureLines).toEqual(
      new Array(2).fill({
        level: 'warn',
        message: 'Request not captured',
        fields: { reason: 'AccessDenied: no', requestId: expect.stringMatching(/^r-\d+$/) as string },
      }),
    );
    expect(counts.every(({ outcome }) => outcome === 'answered')).toBe(true);
  });

  it('is broken in another way costs no request either', async () => {
    const { infer, captureLines } = capturing({
      write: () => {
        throw new TypeError('boom');
      },
    });
    expect((await infer(inferRequest(live, 0))).statusCode).toBe(200);
    expect(captureLines).toHaveLength(1);
  });

  it('never ends is given up after a limit', async () => {
    const signals: AbortSignal[] = [];
    const { infer, captureLines, limits, timeout } = capturing({
      write: (_, signal) => {
        signals.push(signal);
        return new Promise<never>(() => undefined);
      },
    });
    expect((await infer(inferRequest(live, 0))).statusCode).toBe(200);
    expect(captureLines).toEqual([]);
    timeout.abort();
    await infer(inferRequest(live, 1), byVersion);
    expect(limits).toEqual([CAPTURE_LIMIT_MS]);
    expect(signals[0]?.aborted).toBe(true);
    expect(captureLines[0]?.fields['reason']).toMatch(/not written within 500 ms/);
  });

  it('is slow is waited for by no answer, and by no duration that is judged', async () => {
    let elapsed = 5;
    const works: (() => Promise<void>)[] = [];
    const { infer, counts, captureLines } = capturing({
      write: async () => {
        elapsed += 30;
        return 'kept';
      },
      stopwatch: () => () => elapsed,
      afterAnswer: (work) => works.push(work),
    });
    await infer(inferRequest(live, 0), byVersion);
    expect((await infer(inferRequest(live, 1))).statusCode).toBe(200);
    expect(counts.map(({ warmMs }) => warmMs)).toEqual([5]);
    await Promise.all(works.map((work) => work()));
    expect([elapsed, captureLines]).toEqual([35, []]);
  });
});

/** A call by the alias, with an id of its own. */
const by = (awsRequestId: string) => ({ ...throughLive, awsRequestId });
