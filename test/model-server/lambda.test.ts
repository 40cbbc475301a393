import type * as Handler from '../../lambdas/model-server/handler';
import { Readable } from 'node:stream';
import type { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3ModelSource } from '../../lambdas/adapters/s3/model-source';
import { codeOf } from '../../lambdas/domain/cells';
import { emfSink } from '../../lambdas/model-server/emf-sink';
import { xrayTrace } from '../../lambdas/model-server/xray-trace';
import { event, throughLive } from './serve';

const HANDLER = '../../lambdas/model-server/handler';

/** What is written to stdout while `work` runs, as lines. */
async function linesOf(work: () => unknown): Promise<readonly string[]> {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await work();
  } finally {
    write.mockRestore();
  }
  return text.split('\n').filter((line) => line !== '');
}

describe('embedded metrics', () => {
  const counts = {
    endpoint: 'digits',
    version: '7',
    at: Date.now(),
    outcome: 'answered',
    answers: { A: [3, 3, 0] },
  } as const;
  const emitted = async (...records: Parameters<ReturnType<typeof emfSink>['record']>[0][]) => {
    const lines = await linesOf(() => {
      const sink = emfSink();
      records.forEach((record) => sink.record(record));
    });
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it('have exactly the namespace, dimensions and metrics that the judge asks for', async () => {
    expect(await emitted(counts)).toEqual([
      {
        _aws: {
          Timestamp: counts.at,
          CloudWatchMetrics: [
            {
              Namespace: 'Greenlight',
              Dimensions: [['E', 'V']],
              Metrics: ['F', 'A'].map((Name) => ({ Name })),
            },
          ],
        },
        E: 'digits',
        V: '7',
        F: 0,
        A: [3, 3, 0].map(codeOf),
      },
    ]);
  });

  it('carry the duration of a request that came to a warm environment, in hundredths of a millisecond', async () => {
    const [warm] = await emitted({ ...counts, warmMs: 12.3456 });
    expect(warm).toMatchObject({ W: 12.35, V: '7', E: 'digits' });
    const [{ Metrics: [, duration] = [] } = {}] = (warm?._aws as { CloudWatchMetrics: { Metrics: object[] }[] })
      .CloudWatchMetrics;
    expect(duration).toEqual({ Name: 'W' });
  });

  it('are as short as the format allows: users pay for each byte of each request', async () => {
    const [line] = await linesOf(() => emfSink().record({ ...counts, answers: { A: [3] }, warmMs: 12.3456 }));
    // Half of the 415 that Powertools wrote, with units, zeros and names of words.
    expect(Buffer.byteLength(line!) + '\n'.length).toBeLessThanOrEqual(210);
  });

  it('count a failure as one and tell both kinds apart', async () => {
    const failed = await emitted(
      { ...counts, outcome: 'model-error', answers: {} },
      { ...counts, outcome: 'non-finite-output', answers: {} },
    );
    const ofVersions = failed.filter(({ V }) => V !== undefined);
    expect(ofVersions.map(({ F, NonFiniteOutputs }) => [F, NonFiniteOutputs])).toEqual([
      [1, undefined],
      [0, 1],
    ]);
    expect(failed[0]).not.toHaveProperty('A');
  });

  it('are one line with all dimensions for a hundred rows, and leave nothing for the next request', async () => {
    const classes = Array.from({ length: 100 }, () => 1);
    const [first, second, ...more] = await emitted(
      { ...counts, warmMs: 1, answers: { A: classes } },
      { ...counts, version: '8', answers: { A: [2] } },
    );
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      V: '7',
      E: 'digits',
      F: 0,
      W: 1,
      A: classes.map(codeOf),
    });
    expect(second).toMatchObject({ V: '8', E: 'digits', F: 0, A: codeOf(2) });
  });
});

describe('the model source on S3', () => {
  it('asks for exactly the pinned version and streams it', async () => {
    const asked: unknown[] = [];
    const send = async (command: GetObjectCommand) => {
      asked.push(command.input);
      return { ContentLength: 4, Body: Readable.from([Buffer.from('ab'), Buffer.from('cd')]) };
    };
    const source = s3ModelSource({ send });
    const stream = await source.open(
      { bucket: 'b', key: 'k', versionId: 'v', sha256: '' },
      0,
      new AbortController().signal,
    );
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream.chunks) chunks.push(chunk);
    expect(asked).toEqual([{ Bucket: 'b', Key: 'k', VersionId: 'v' }]);
    expect(stream.contentLength).toBe(4);
    expect(Buffer.concat(chunks).toString()).toBe('abcd');
  });

  it('says so when S3 sends no body', async () => {
    const source = s3ModelSource({ send: async () => ({}) });
    await expect(
      source.open({ bucket: 'b', key: 'k', versionId: 'v', sha256: '' }, 0, new AbortController().signal),
    ).rejects.toThrow(/without a body/);
  });
});

describe('the Lambda entry', () => {
  const before = { ...process.env };
  /** The module as a new environment loads it. */
  const loaded = (): Pick<typeof Handler, 'handler'> => {
    delete require.cache[require.resolve(HANDLER)];
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require(HANDLER) as typeof Handler;
  };
  afterEach(() => {
    process.env = { ...before };
  });

  it('answers without a model before the first rollout', async () => {
    process.env = { ...before, GREENLIGHT_ENDPOINT: 'digits', POWERTOOLS_LOG_LEVEL: 'SILENT' };
    const { handler } = loaded();
    expect((await handler(event('GET', '/v2/health/live'), throughLive)).statusCode).toBe(200);
    const answer = await handler(event('GET', '/v2/health/ready'), throughLive);
    expect(answer.statusCode).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'NoModel' });
  });

  it('fails by name at init when its environment makes no sense', () => {
    process.env = { ...before, GREENLIGHT_ENDPOINT: '' };
    expect(loaded).toThrow(expect.objectContaining({ name: 'ModelServerEnvInvalid' }) as Error);
  });
});

it('traces nothing away from Lambda, and passes results and failures on', async () => {
  const trace = xrayTrace('digits');
  expect(await trace('infer', async () => 5)).toBe(5);
  await expect(trace('infer', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
