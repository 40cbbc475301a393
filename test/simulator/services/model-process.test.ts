import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelServerVariables } from '../../../lambdas/contract/model-server-env';
import type { CapturedObject } from '../../../lambdas/adapters/s3/captured-requests';
import { ProcessRuntime } from '../../../simulator/runtime/process-runtime';
import { CloudWatchService } from '../../../simulator/services/cloudwatch-service';
import { LambdaService } from '../../../simulator/services/lambda-service';
import { S3Service } from '../../../simulator/services/s3-service';
import { metric } from './metric-query';
import { client, testWorld } from './test-world';

const ROOT = join(__dirname, '../../..');
const DIGITS = join(ROOT, 'examples/digits');
const golden = JSON.parse(readFileSync(join(DIGITS, 'golden.json'), 'utf8')) as { data: number[][]; labels: number[] };

/** A real model behind the alias of function `digits`, in a process of its own; stopped when the work is done. */
async function withModel(
  file: string,
  timeoutSeconds: number,
  work: (stage: {
    readonly world: ReturnType<typeof testWorld>;
    readonly cloudwatch: CloudWatchService;
    readonly lambda: LambdaService;
  }) => Promise<void>,
  { entry, keeps = [] }: { readonly entry?: string; readonly keeps?: CapturedObject[] } = {},
): Promise<void> {
  const world = testWorld();
  const s3 = new S3Service(world);
  const cloudwatch = new CloudWatchService(world);
  const lambda = new LambdaService(world, cloudwatch);
  const { clock, region } = world;
  const runtime = new ProcessRuntime({
    clock,
    region,
    ...(entry !== undefined && { entry }),
    readObject: async ({ bucket, key, versionId }) => s3.readBytes(bucket, key, versionId),
    capture: async (object) => {
      keeps.push(object);
      return 'kept';
    },
  });
  try {
    s3.createBucket('models');
    const Body = readFileSync(file);
    const put = await client(s3)<{ VersionId: string }>('PutObject', { Bucket: 'models', Key: 'm.onnx', Body });
    const sha256 = createHash('sha256').update(Body).digest('hex');
    const environment = modelServerVariables({
      endpoint: 'digits',
      model: { bucket: 'models', key: 'm.onnx', versionId: put.VersionId, sha256 },
      modelName: 'digits',
      predictionOutput: undefined,
      task: undefined,
      labels: undefined,
      measures: [],
      classNames: undefined,
      maxModelMegabytes: 10,
      threads: 1,
      requestKey: undefined,
      captureRate: 'auto',
      nonFinite: 'refused',
      feedbackDays: 30,
    }) as Record<string, string>;
    lambda.createFunction({
      functionName: 'digits',
      logicalId: 'Digits',
      runtime,
      environment,
      memoryMB: 1024,
      timeoutSeconds,
    });
    const call = client(lambda);
    await call('PublishVersion', { FunctionName: 'digits' });
    await clock.advance(6);
    await call('CreateAlias', { FunctionName: 'digits', Name: 'live', FunctionVersion: '1' });
    await work({ world, cloudwatch, lambda });
  } finally {
    await lambda.stop();
  }
}

it('serves a real model from the S3 stand-in through the function URL, with what it measures in CloudWatch', () =>
  withModel(join(DIGITS, 'v1-baseline.onnx'), 30, async ({ world, cloudwatch, lambda }) => {
    const responses = await lambda.invokeUrlBatch(
      'digits',
      'live',
      golden.data.map((data) => ({
        method: 'POST',
        path: '/v2/models/digits/infer',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ inputs: [{ name: 'pixels', datatype: 'FP32', shape: [1, 64], data }] }),
      })),
    );
    const answers = responses.map((response) => {
      const { outputs } = JSON.parse(response.body) as { outputs: { name: string; data: number[] }[] };
      return outputs.find((output) => output.name === 'label')?.data[0];
    });
    const right = answers.filter((answer, i) => answer === golden.labels[i]).length;
    expect(right / golden.labels.length).toBeGreaterThan(0.85);

    await world.clock.advance(300);
    const counted = await metric(cloudwatch, world, 'A', { E: 'digits', V: '1' }, 'SampleCount', 'Greenlight');
    expect(counted).toEqual([golden.labels.length]);
    // All but the first request of the process, each a little shorter than Lambda's time around it.
    const timed = (name: string, dimensions: Record<string, string>, namespace: string, stat: string) =>
      metric(cloudwatch, world, name, dimensions, stat, namespace);
    const warm = [{ E: 'digits', V: '1' }, 'Greenlight'] as const;
    expect(await timed('W', ...warm, 'SampleCount')).toEqual([golden.labels.length - 1]);
    const [median = 0] = await timed('W', ...warm, 'p50');
    const live = { FunctionName: 'digits', Resource: 'digits:live', ExecutedVersion: '1' };
    const [around = 0] = await timed('Duration', live, 'AWS/Lambda', 'p50');
    expect(median).toBeGreaterThan(0);
    expect(median).toBeLessThanOrEqual(around);
  }));

it('captures live requests, at most one a second, into the S3 stand-in', () => {
  const keeps: CapturedObject[] = [];
  return withModel(
    join(DIGITS, 'v1-baseline.onnx'),
    30,
    async ({ world, lambda }) => {
      for (const data of golden.data.slice(0, 3)) {
        const body = JSON.stringify({ inputs: [{ name: 'pixels', datatype: 'FP32', shape: [1, 64], data }] });
        const request = { method: 'POST', path: '/v2/models/digits/infer', body };
        await lambda.invokeUrlBatch('digits', 'live', [request, request]);
        await world.clock.advance(2);
      }
      expect(keeps.map(({ body }) => JSON.parse(body) as unknown)).toEqual(
        golden.data
          .slice(0, 3)
          .map((data) => ({ inputs: [{ name: 'pixels', datatype: 'FP32', shape: [1, 64], data }] })),
      );
    },
    { keeps },
  );
});

it('a slow model computes each request once, and the others take as long as one that was computed', () =>
  withModel(
    join(DIGITS, 'slow.onnx'),
    20,
    async ({ world, cloudwatch, lambda }) => {
      const bodies = golden.data
        .slice(0, 3)
        .map((data) => JSON.stringify({ inputs: [{ name: 'pixels', datatype: 'FP32', shape: [1, 64], data }] }));
      const requests = Array.from({ length: 3_000 }, (_, index) => ({
        method: 'POST',
        path: '/v2/models/digits/infer',
        headers: { 'content-type': 'application/json' },
        body: bodies[index % bodies.length]!,
      }));
      const began = performance.now();
      const answers = await lambda.invokeUrlBatch('digits', 'live', requests);
      const took = performance.now() - began;
      const outputs = answers.map(({ body }) => JSON.stringify((JSON.parse(body) as { outputs: unknown }).outputs));
      // Each has its own answer, again and again.
      expect(new Set(outputs.slice(0, 3)).size).toBe(3);
      expect(outputs).toEqual(outputs.map((_, index) => outputs[index % 3]));
      await world.clock.advance(300);
      const [sum = 0] = await metric(cloudwatch, world, 'W', { E: 'digits', V: '1' }, 'Sum', 'Greenlight');
      // Computed one by one they would have taken at least what is told of them.
      expect(sum).toBeGreaterThan(took);
    },
    { entry: join(ROOT, 'simulator/runtime/remembering-process.ts') },
  ));

it('a model that does not end is ended by the time limit, told as such, and leaves the next request a fresh process', () =>
  withModel(join(ROOT, 'test/model-server/fixtures/endless.onnx'), 2, async ({ world, lambda }) => {
    const ask = (method: string, path: string, body?: string) =>
      client(lambda)<{ Payload: Uint8Array; FunctionError?: string }>('Invoke', {
        FunctionName: 'digits',
        Qualifier: '1',
        Payload: Buffer.from(JSON.stringify({ rawPath: path, requestContext: { http: { method } }, body })),
      });
    // Lambda's answer comes when the world's clock has passed the time that the call took.
    const inTime = async <T>(work: Promise<T>): Promise<T> => {
      let over = false;
      const end = work.finally(() => (over = true));
      while (!over) {
        await new Promise((resolve) => setImmediate(resolve));
        await world.clock.advance(1);
      }
      return end;
    };
    const x = JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 3], data: [1, 2, 3] }] });
    const endless = await inTime(ask('POST', '/v2/models/digits/infer', x));
    expect(endless.FunctionError).toBe('Unhandled');
    expect(JSON.parse(Buffer.from(endless.Payload).toString())).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 2.00 seconds') as unknown,
    });
    const next = await inTime(ask('GET', '/v2/health/ready'));
    expect(JSON.parse(Buffer.from(next.Payload).toString())).toMatchObject({ statusCode: 200 });
  }));
