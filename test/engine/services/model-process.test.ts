import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelServerVariables } from '../../../lambdas/contract/model-server-env';
import { ProcessRuntime } from '../../../simulator/runtime/process-runtime';
import { CloudWatchService } from '../../../simulator/services/cloudwatch-service';
import { LambdaService } from '../../../simulator/services/lambda-service';
import { S3Service } from '../../../simulator/services/s3-service';
import { metric } from './metric-query';
import { client, testWorld } from './test-world';

const DIGITS = join(__dirname, '../../../examples/digits');
const golden = JSON.parse(readFileSync(join(DIGITS, 'golden.json'), 'utf8')) as { data: number[][]; labels: number[] };

it('serves a real model from the S3 stand-in through the function URL, with what it measures in CloudWatch', async () => {
  const world = testWorld();
  const s3 = new S3Service(world);
  const cloudwatch = new CloudWatchService(world);
  const lambda = new LambdaService(world, cloudwatch);
  const runtime = new ProcessRuntime({
    clock: world.clock,
    region: world.region,
    readObject: async ({ bucket, key, versionId }) => s3.readBytes(bucket, key, versionId),
  });
  try {
    s3.createBucket('models');
    const bytes = readFileSync(join(DIGITS, 'v1-baseline.onnx'));
    const { VersionId } = await client(s3)<{ VersionId: string }>('PutObject', {
      Bucket: 'models',
      Key: 'm.onnx',
      Body: bytes,
    });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const environment = modelServerVariables({
      endpoint: 'digits',
      model: { bucket: 'models', key: 'm.onnx', versionId: VersionId, sha256 },
      modelName: 'digits',
      predictionOutput: undefined,
      scoreBins: undefined,
      classNames: undefined,
      maxModelMegabytes: 10,
      threads: 1,
      requestKey: undefined,
      captureRate: 0,
      nonFinite: 'refused',
      feedbackDays: 30,
    }) as Record<string, string>;
    lambda.createFunction({
      functionName: 'digits',
      logicalId: 'Digits',
      runtime,
      environment,
      memoryMB: 1024,
      timeoutSeconds: 30,
    });
    const call = client(lambda);
    await call('PublishVersion', { FunctionName: 'digits' });
    await world.clock.advance(6);
    await call('CreateAlias', { FunctionName: 'digits', Name: 'live', FunctionVersion: '1' });

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
    const counted = await metric(cloudwatch, world, 'C', { E: 'digits', V: '1' }, 'SampleCount', 'Greenlight');
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
  } finally {
    await lambda.stop();
  }
});
