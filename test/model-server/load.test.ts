import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorBody } from '../../lambdas/contract/inference-protocol';
import { findExternalData } from '../../lambdas/model-server/external-data';
import type { ModelSource } from '../../lambdas/adapters/s3/model-source';
import { NotReady } from '../../lambdas/model-server/not-ready';
import { byVersion, digits, envFor, fixture, input, serve, sourceOf, throughLive, type ServedModel } from './serve';

const baseline = digits('v1-baseline.onnx');
const zeros = input('pixels', 'FP32', [1, 64], new Array(64).fill(0));

async function whyNotReady({ call }: ServedModel) {
  // Of a test of the version, which is told the whole reason.
  const reply = await call('GET', '/v2/health/ready', undefined, byVersion);
  return { status: reply.statusCode, ...errorBody.parse(reply.json) };
}

describe('a server without a model', () => {
  it('lives, is not ready, and says so on every way to the model', async () => {
    const { call, infer } = serve(undefined);
    expect((await call('GET', '/v2/health/live')).statusCode).toBe(200);
    for (const path of ['/v2/health/ready', '/v2/models/m', '/v2/models/m/ready']) {
      const reply = await call('GET', path);
      expect(reply.statusCode).toBe(503);
      expect(errorBody.parse(reply.json).code).toBe('NoModel');
    }
    const reply = await infer(zeros);
    expect(reply.statusCode).toBe(503);
    expect(reply.headers['x-greenlight-model']).toBe('none');
  });
});

describe('a model that must not be served', () => {
  it('refuses bytes that are not the pinned ones', async () => {
    const swapped = serve(baseline, {}, { source: sourceOf(digits('v2-better.onnx')) });
    const why = await whyNotReady(swapped);
    expect(why).toMatchObject({ status: 503, code: 'Sha256Mismatch' });
    expect(why.error).toContain(envFor(baseline).model?.sha256);
  });

  it('refuses a size that S3 announces beyond the limit, without reading it', async () => {
    let read = 0;
    const source: ModelSource = {
      open: async () => ({
        contentLength: 1024 * 1024 + 1,
        chunks: { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: (read += 1) }) }) },
      }),
    };
    expect(await whyNotReady(serve(baseline, { maxModelMegabytes: 1 }, { source }))).toMatchObject({
      code: 'ModelTooLarge',
    });
    expect(read).toBe(0);
  });

  it('stops reading as soon as an unannounced size passes the limit', async () => {
    let chunks = 0;
    async function* endless() {
      for (;;) yield new Uint8Array((chunks += 1) && 256 * 1024);
    }
    const source: ModelSource = { open: async () => ({ contentLength: undefined, chunks: endless() }) };
    const why = await whyNotReady(serve(baseline, { maxModelMegabytes: 1 }, { source }));
    expect(why.code).toBe('ModelTooLarge');
    expect(why.error).toMatch(/1310720 bytes or more, the limit is 1 MB/);
    expect(chunks).toBe(5);
  });

  it.each([
    ['external.onnx', 'w', 'weights.bin'],
    ['external-entries.onnx', 'w', 'weights.bin'],
    ['external-attribute.onnx', 'hidden', '../../etc/passwd'],
    ['external-subgraph.onnx', 'inner', 'weights.bin'],
    ['external-sparse.onnx', 'sparse', 'weights.bin'],
    ['external-function.onnx', 'inFunction', 'weights.bin'],
  ])('refuses %s, whose values lie in another file', async (file, tensor, location) => {
    const why = await whyNotReady(serve(fixture(file)));
    expect(why).toMatchObject({ status: 503, code: 'ExternalData' });
    expect(why.error).toContain(`tensor ${tensor} lie in another file (${location})`);
  });

  it('is not misled by text that only looks like external data', async () => {
    expect((await serve(fixture('external-lookalike.onnx')).call('GET', '/v2/health/ready')).statusCode).toBe(200);
  });

  it.each([
    ['half a file', digits('truncated.onnx')],
    ['no file at all', Buffer.alloc(0)],
    ['text', Buffer.from('<html>Access denied</html>')],
    ['zeros', Buffer.alloc(1000)],
    ['a model that contradicts itself', fixture('external-lookalike.onnx').subarray(0, 60)],
  ])('refuses %s as unloadable', async (_, file) => {
    expect(await whyNotReady(serve(file))).toMatchObject({ status: 503, code: 'ModelUnloadable' });
  });

  it('says what to do about an export of float64 data that no runtime loads', async () => {
    const why = await whyNotReady(serve(fixture('sklearn-mixed-floats.onnx')));
    expect(why).toMatchObject({ status: 503, code: 'UnsupportedModel' });
    expect(why.error).toMatch(/mixed FP32 and FP64 \(Type 'tensor\(double\)' .*ZipMap.*astype\("float32"\)/);
  });

  it('gives up on a message nested without end instead of running out of stack', () => {
    // Graph in attribute in node in graph …: each level wraps the one before in a length-delimited field.
    let message: Buffer = Buffer.alloc(0);
    const wrap = (field: number) => {
      const length: number[] = [];
      for (let rest = message.length; ; rest >>>= 7) {
        length.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      message = Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), message]);
    };
    for (let level = 0; level < 5_000; level += 1) [6, 5, 1].forEach(wrap);
    wrap(7);
    const search = () => findExternalData(message.length, (buffer, at) => message.copy(buffer, 0, at));
    expect(search).toThrow(NotReady);
    expect(search).toThrow(/nested deeper than 100 levels/);
  });

  it('refuses a model none of whose outputs is a tensor', async () => {
    expect(await whyNotReady(serve(fixture('only-sequence.onnx')))).toMatchObject({
      code: 'UnsupportedModel',
      error:
        'The model has no output that is a tensor: output list is a sequence, which onnxruntime for Node.js ' +
        'cannot give.',
    });
  });

  it('refuses settings that name an output the model does not have', async () => {
    const why = await whyNotReady(serve(baseline, { predictionOutput: 'class' }));
    expect(why.code).toBe('UnsupportedModel');
    expect(why.error).toMatch(/output class, but the model's are label, probabilities/);
  });
});

describe('a download that fails', () => {
  /** Fails until told otherwise. */
  function flaky() {
    const state = { opened: 0, healthy: false, clock: 0 };
    const source: ModelSource = {
      open: (model, ...rest) => {
        state.opened += 1;
        return state.healthy
          ? sourceOf(baseline).open(model, ...rest)
          : Promise.reject(new Error('SlowDown: please reduce\nyour rate'));
      },
    };
    return { state, ...serve(baseline, {}, { source, now: () => state.clock }) };
  }

  it('is kept and answered, and is no unhandled rejection', async () => {
    const { server, call, lines } = flaky();
    await expect(server.load()).resolves.toBeUndefined();
    const why = errorBody.parse((await call('GET', '/v2/health/ready', undefined, byVersion)).json);
    expect(why).toEqual({
      code: 'ModelDownloadFailed',
      error: 's3://b/models/digits/m.onnx?versionId=v1 could not be read: SlowDown: please reduce your rate',
      requestId: 'r-1',
    });
    expect(lines[0]).toMatchObject({
      level: 'warn',
      message: 'Model not loaded',
      fields: { code: 'ModelDownloadFailed' },
    });
  });

  it('is tried again after a second and not before, by one of the requests that wait', async () => {
    const { state, call, server } = flaky();
    await server.load();
    state.clock = 999;
    expect((await call('GET', '/v2/health/ready')).statusCode).toBe(503);
    expect(state.opened).toBe(1);
    state.clock = 1_000;
    state.healthy = true;
    const replies = await Promise.all([1, 2, 3].map(() => call('GET', '/v2/health/ready')));
    expect(replies.map((reply) => reply.statusCode)).toEqual([200, 200, 200]);
    expect(state.opened).toBe(2);
  });

  it('reports a connection that breaks half way', async () => {
    async function* broken() {
      yield baseline.subarray(0, 100);
      throw new Error('aborted');
    }
    const source: ModelSource = { open: async () => ({ contentLength: baseline.length, chunks: broken() }) };
    expect(await whyNotReady(serve(baseline, {}, { source }))).toMatchObject({ code: 'ModelDownloadFailed' });
  });
});

describe('a transfer that breaks off', () => {
  async function* part(from: number, to: number, error?: Error) {
    yield baseline.subarray(from, to);
    if (error) throw error;
  }

  it.each([
    ['with an error', new Error('ECONNRESET')],
    ['without a word', undefined],
  ])('%s goes on where it broke off', async (_, error) => {
    const from: number[] = [];
    const source: ModelSource = {
      open: async (_model, start) => {
        from.push(start);
        const chunks = start === 0 ? part(0, 100, error) : part(start, baseline.length);
        return { contentLength: baseline.length, chunks };
      },
    };
    expect((await serve(baseline, {}, { source }).infer(zeros)).statusCode).toBe(200);
    expect(from).toEqual([0, 100]);
  });

  it('is given up when three attempts bring nothing', async () => {
    let opened = 0;
    const source: ModelSource = {
      open: async (_, start) => ({
        contentLength: baseline.length,
        chunks: ((opened += 1), start === 0 ? part(0, 100) : part(start, start)),
      }),
    };
    const why = await whyNotReady(serve(baseline, {}, { source }));
    expect(why).toMatchObject({ code: 'ModelDownloadFailed' });
    expect(why.error).toMatch(/, 100 of \d+ bytes came: it ended after 100 of \d+ bytes/);
    expect(opened).toBe(4);
  });
});

it('says how far a load is that outlasts the request, and goes on with it', async () => {
  let arrive: () => void = () => undefined;
  const rest = new Promise<void>((resolve) => (arrive = resolve));
  async function* slowly() {
    yield baseline.subarray(0, 100);
    await rest;
    yield baseline.subarray(100);
  }
  const source: ModelSource = { open: async () => ({ contentLength: baseline.length, chunks: slowly() }) };
  const { call, infer } = serve(baseline, {}, { source });
  const late = { ...throughLive, getRemainingTimeInMillis: () => 500 };
  const reply = await call('GET', '/v2/health/ready', undefined, late);
  expect(reply.statusCode).toBe(503);
  expect(reply.json).toMatchObject({ code: 'ModelLoading' });
  arrive();
  expect((await infer(zeros)).statusCode).toBe(200);
  const ready = await call('GET', '/v2/health/ready', undefined, late);
  expect(ready.json).toEqual({ ready: true, load: { bytes: baseline.length, downloadMs: 0, openMs: 0 } });
});

it('leaves no file behind, whether the model is served or not', async () => {
  const own = mkdtempSync(join(tmpdir(), 'left-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = own;
  try {
    expect((await serve(baseline).call('GET', '/v2/health/ready')).statusCode).toBe(200);
    await serve(digits('truncated.onnx')).call('GET', '/v2/health/ready');
    expect(readdirSync(own)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(own, { recursive: true });
  }
});

it('loads a good model once, however many ask at the same time', async () => {
  let opened = 0;
  const source: ModelSource = { open: (model, ...rest) => ((opened += 1), sourceOf(baseline).open(model, ...rest)) };
  const { server, infer } = serve(baseline, {}, { source });
  const replies = await Promise.all([infer(zeros), infer(zeros), infer(zeros)]);
  await server.load();
  expect(replies.map((reply) => reply.statusCode)).toEqual([200, 200, 200]);
  expect(opened).toBe(1);
});

it('loads a wrong file once: it will not get better', async () => {
  let opened = 0;
  let clock = 0;
  const source: ModelSource = {
    open: (model, ...rest) => ((opened += 1), sourceOf(digits('v2-better.onnx')).open(model, ...rest)),
  };
  const { call } = serve(baseline, {}, { source, now: () => (clock += 60_000) });
  await call('GET', '/v2/health/ready');
  expect((await call('GET', '/v2/health/ready')).statusCode).toBe(503);
  expect(opened).toBe(1);
});
