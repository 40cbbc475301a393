import { join } from 'node:path';
import type { InvocationResult, RuntimeVersion } from '../../../simulator/runtime/function-runtime';
import { ProcessRuntime, type ProcessRuntimeOptions } from '../../../simulator/runtime/process-runtime';
import { HandClock } from './test-world';

const version: RuntimeVersion = {
  functionName: 'digits',
  version: '7',
  environment: { MODEL: 'm7' },
  memoryMB: 512,
  timeoutSeconds: 20,
  logicalId: 'Digits',
};

const running: ProcessRuntime[] = [];
afterEach(() => Promise.all(running.splice(0).map((runtime) => runtime.stop())));

function setup(options: Partial<ProcessRuntimeOptions> = {}) {
  const runtime = new ProcessRuntime({
    clock: new HandClock(),
    region: 'eu-central-1',
    entry: join(__dirname, 'fixtures/stub-process.ts'),
    readObject: async ({ key }, logicalId) => {
      if (key === 'secret') throw Object.assign(new Error('no'), { name: 'AccessDenied' });
      return Buffer.from(`${logicalId} read ${key}`);
    },
    ...options,
  });
  running.push(runtime);
  const invoke = (events: readonly object[], of: RuntimeVersion = version) =>
    runtime.invoke(of, events, {
      invokedFunctionArn: 'arn:live',
      functionVersion: of.version,
      requestIds: events.map((_, i) => `r${i}`),
    });
  return { runtime, invoke };
}

const payloads = (results: readonly InvocationResult[]) =>
  results.map((result) => (result.ok ? result.payload : result.errorType));

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a process of a version', () => {
  it('has the environment of that version and of no other, and not that of the engine', async () => {
    const { invoke } = setup();
    process.env.ENGINE_SECRET = 'x';
    const names = ['MODEL', 'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_REGION', 'ENGINE_SECRET'];
    const events = names.map((value) => ({ do: 'env', value }));
    expect(payloads(await invoke(events))).toEqual(['m7', '7', 'eu-central-1', null]);
    expect(payloads(await invoke(events, { ...version, version: '8', environment: {} }))).toEqual([
      null,
      '8',
      'eu-central-1',
      null,
    ]);
    delete process.env.ENGINE_SECRET;
    delete process.env.ENGINE_SECRET;
  });

  it('answers a batch in order, with the context, the logs and the time of each event', async () => {
    const { invoke } = setup();
    const results = await invoke([
      { value: 'a' },
      { do: 'log', value: 'line' },
      { do: 'context' },
      { do: 'throw', value: 'no' },
    ]);
    expect(payloads(results)).toMatchObject([
      'a',
      null,
      {
        functionName: 'digits',
        functionVersion: '7',
        invokedFunctionArn: 'arn:live',
        awsRequestId: 'r2',
        memoryLimitInMB: '512',
      },
      'TypeError',
    ]);
    expect(results.map((result) => result.logs)).toEqual([[], ['line', 'raw'], [], []]);
    expect(results[3]).toMatchObject({ ok: false, errorMessage: 'no' });
    for (const result of results) expect(result.durationMs).toBeLessThan(1000);
  });

  it('reads objects as its function, and gets a refusal under its name', async () => {
    const { invoke } = setup();
    const events = [
      { do: 'read', value: 'm.onnx' },
      { do: 'read', value: 'secret' },
    ];
    expect(payloads(await invoke(events))).toEqual(['Digits read m.onnx', 'AccessDenied']);
  });

  it('stays the same from call to call and is gone after stop', async () => {
    const { invoke, runtime } = setup();
    const [[first], [second]] = [payloads(await invoke([{ do: 'pid' }])), payloads(await invoke([{ do: 'pid' }]))];
    expect(first).toBe(second);
    expect(alive(first as number)).toBe(true);
    await runtime.stop();
    expect(alive(first as number)).toBe(false);
    expect(payloads(await invoke([{ value: 'late' }]))).toEqual(['Runtime.ExitError']);
  });

  it('is gone when its version is retired', async () => {
    const { invoke, runtime } = setup();
    const [pid] = payloads(await invoke([{ do: 'pid' }]));
    runtime.retire('digits', '7');
    const deadline = Date.now() + 5_000;
    while (alive(pid as number) && Date.now() < deadline) await new Promise(setImmediate);
    expect(alive(pid as number)).toBe(false);
  });
});

describe('a process that is lost', () => {
  it('costs the one event that ended it, and a new one serves the rest', async () => {
    const { invoke } = setup();
    const results = await invoke([
      { value: 'a' },
      { do: 'exit' },
      { value: 'b' },
      { do: 'throw', value: 'x' },
      { value: 'c' },
    ]);
    expect(payloads(results)).toEqual(['a', 'Runtime.ExitError', 'b', 'TypeError', 'c']);
    expect(results[1]).toMatchObject({ errorMessage: 'RequestId: r1 Error: Runtime exited with error: exit status 3' });
    expect(payloads(await invoke([{ value: 'd' }]))).toEqual(['d']);
  });

  it('again and again in one batch is not started for ever', async () => {
    const { invoke } = setup();
    const results = await invoke([{ value: 'a' }, ...new Array<object>(50).fill({ do: 'exit' })]);
    expect(payloads(results)).toEqual(['a', ...new Array<string>(50).fill('Runtime.ExitError')]);
  });

  it.each(['hang', 'spin'])('to a handler that would %s ends as a timeout of that event', async (what) => {
    const { invoke } = setup({ invokeTimeoutMs: 250 });
    const results = await invoke([{ value: 'a' }, { do: what }, { value: 'b' }]);
    expect(payloads(results)).toEqual(['a', 'Sandbox.Timedout', 'b']);
    expect(results[1]).toMatchObject({
      durationMs: 20_000,
      errorMessage: expect.stringContaining('after 20.00 seconds') as string,
    });
  });

  it('at its start fails every event with the reason', async () => {
    const { invoke, runtime } = setup();
    const broken = { ...version, environment: { FAIL_INIT: '1' } };
    await expect(runtime.start(broken)).resolves.toBeUndefined();
    expect(await invoke([{}, {}], broken)).toMatchObject([
      { ok: false, errorType: 'InitProblem', errorMessage: 'cannot start' },
      { ok: false, errorType: 'InitProblem' },
    ]);
  });
});
