import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelServerVariables } from '../../../lambdas/contract/model-server-env';
import { ProcessRuntime } from '../../../simulator/runtime/process-runtime';
import { CloudWatchService } from '../../../simulator/services/cloudwatch-service';
import { LambdaService } from '../../../simulator/services/lambda-service';
import { S3Service } from '../../../simulator/services/s3-service';
import { client, testWorld } from './test-world';

const FIXTURES = join(__dirname, '../../model-server/fixtures');
const SECONDS = 2;

it('a model that does not end is ended by the time limit, told as such, and leaves the next request a fresh process', async () => {
  const world = testWorld();
  const s3 = new S3Service(world);
  const lambda = new LambdaService(world, new CloudWatchService(world));
  const runtime = new ProcessRuntime({
    clock: world.clock,
    region: world.region,
    readObject: async ({ bucket, key, versionId }) => s3.readBytes(bucket, key, versionId),
  });
  try {
    s3.createBucket('models');
    const Body = readFileSync(join(FIXTURES, 'endless.onnx'));
    const { VersionId } = await client(s3)<{ VersionId: string }>('PutObject', {
      Bucket: 'models',
      Key: 'm.onnx',
      Body,
    });
    const environment = modelServerVariables({
      endpoint: 'e',
      model: {
        bucket: 'models',
        key: 'm.onnx',
        versionId: VersionId,
        sha256: createHash('sha256').update(Body).digest('hex'),
      },
      modelName: 'e',
      predictionOutput: undefined,
      scoreBins: undefined,
      classNames: undefined,
      maxModelMegabytes: 10,
      threads: 1,
      requestKey: undefined,
      captureRate: 0,
      nonFinite: 'refused',
      feedbackDays: 0,
    }) as Record<string, string>;
    lambda.createFunction({
      functionName: 'e',
      logicalId: 'E',
      runtime,
      environment,
      memoryMB: 1024,
      timeoutSeconds: SECONDS,
    });
    const call = client(lambda);
    await call('PublishVersion', { FunctionName: 'e' });
    await world.clock.advance(6);
    await call('CreateAlias', { FunctionName: 'e', Name: 'live', FunctionVersion: '1' });
    const ask = (method: string, path: string, body?: string) =>
      call<{ Payload: Uint8Array; FunctionError?: string }>('Invoke', {
        FunctionName: 'e',
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
    const endless = await inTime(ask('POST', '/v2/models/e/infer', x));
    expect(endless.FunctionError).toBe('Unhandled');
    expect(JSON.parse(Buffer.from(endless.Payload).toString())).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining(`Task timed out after ${SECONDS}.00 seconds`) as unknown,
    });
    const next = await inTime(ask('GET', '/v2/health/ready'));
    expect(JSON.parse(Buffer.from(next.Payload).toString())).toMatchObject({ statusCode: 200 });
  } finally {
    await lambda.stop();
  }
});
