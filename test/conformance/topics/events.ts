import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Aws, BusEvent } from '../aws';
import { expectation, type Topic } from '../expectation';
import { ended, ENDS, FAILS, start, waits } from '../machines';
import { until } from '../until';

const CREATED = { covers: ['PutObject'], fact: 'S1' } as const;
const CHANGED = { covers: ['StartExecution', 'StopExecution'], fact: 'F12' } as const;

const uploads = (Bucket: string, more: object = {}) => ({
  source: ['aws.s3'],
  'detail-type': ['Object Created'],
  detail: { bucket: { name: [Bucket] }, ...more },
});
const changes = (machine: string, more: object = {}) => ({
  source: ['aws.states'],
  'detail-type': ['Step Functions Execution Status Change'],
  detail: { stateMachineArn: [machine], ...more },
});

/** Waits until so many events came. */
const heard = (aws: Aws, events: () => Promise<readonly BusEvent[]>, count = 1) =>
  until(
    aws,
    `${count} events came`,
    async () => {
      const all = await events();
      return all.length >= count && all;
    },
    15,
  );
const upload = (aws: Aws, Bucket: string, Key: string) =>
  aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'four' }));

export const events: Topic = {
  title: 'Events',
  expectations: [
    expectation('an upload is an event that names bucket, key, size, ETag and version', CREATED, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true, events: true });
      const events = await aws.listen(uploads(bucket));
      const { VersionId, ETag } = await upload(aws, bucket, 'models/digits/v2.onnx');
      const [event] = await heard(aws, events);
      expect(event).toMatchObject({ source: 'aws.s3', 'detail-type': 'Object Created', version: '0' });
      expect(event!.resources).toEqual([`arn:aws:s3:::${bucket}`]);
      expect(event!.detail).toMatchObject({
        bucket: { name: bucket },
        object: { key: 'models/digits/v2.onnx', size: 4, etag: ETag!.replaceAll('"', ''), 'version-id': VersionId },
        reason: 'PutObject',
      });
      expect((event!.detail.object as { sequencer: string }).sequencer).toMatch(/^[\dA-F]+$/i);
      expect(Math.abs(Date.parse(event!.time as string) - aws.now())).toBeLessThan(60_000);
    }),
    expectation('the key in an event is as it was written, not encoded', CREATED, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true, events: true });
      const events = await aws.listen(uploads(bucket));
      await upload(aws, bucket, 'models/digits/week 47+é.onnx');
      const [event] = await heard(aws, events);
      expect(event!.detail).toMatchObject({ object: { key: 'models/digits/week 47+é.onnx' } });
    }),
    expectation('each write of the same key is an event, and later ones sort after', CREATED, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true, events: true });
      const events = await aws.listen(uploads(bucket));
      const versions = [await upload(aws, bucket, 'a'), await upload(aws, bucket, 'a')].map((put) => put.VersionId);
      const objects = (await heard(aws, events, 2)).map(
        ({ detail }) => detail.object as { sequencer: string; 'version-id': string },
      );
      const inOrder = objects.sort((a, b) => (BigInt(`0x${a.sequencer}`) < BigInt(`0x${b.sequencer}`) ? -1 : 1));
      expect(inOrder.map((object) => object['version-id'])).toEqual(versions);
    }),
    expectation('a rule hears of keys with its prefix alone, and of no deletion', CREATED, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true, events: true });
      const events = await aws.listen(uploads(bucket, { object: { key: [{ prefix: 'models/' }] } }));
      await upload(aws, bucket, 'captures/digits/1.json');
      await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'models/none' }));
      await upload(aws, bucket, 'models/digits/v2.onnx');
      await heard(aws, events);
      await aws.sleep(1_500);
      const keys = (await events()).map(({ detail }) => (detail.object as { key: string }).key);
      expect(keys).toEqual(['models/digits/v2.onnx']);
    }),
    expectation('the start and the end of an execution are events', CHANGED, async (aws) => {
      const machine = await aws.createStateMachine(ENDS);
      const events = await aws.listen(changes(machine));
      const { executionArn, startDate } = await start(aws, machine, 'digits-1', '{"model":"v2"}');
      await ended(aws, executionArn);
      const all = await heard(aws, events, 2);
      const [running, done] = ['RUNNING', 'SUCCEEDED'].map((status) =>
        all.find(({ detail }) => detail.status === status),
      );
      const common = { executionArn, stateMachineArn: machine, name: 'digits-1', input: '{"model":"v2"}' };
      expect(running).toMatchObject({ source: 'aws.states', resources: [executionArn] });
      expect(running!.detail).toMatchObject({ ...common, inputDetails: { included: true }, stopDate: null });
      expect(done!.detail).toMatchObject(common);
      expect(JSON.parse(done!.detail.output as string)).toEqual({ model: 'v2' });
      expect([done!.detail.error ?? null, done!.detail.cause ?? null]).toEqual([null, null]);
      const { startDate: from, stopDate: to } = done!.detail as { startDate: number; stopDate: number };
      expect(Math.abs(from - startDate!.getTime())).toBeLessThan(1_000);
      expect(to).toBeGreaterThanOrEqual(from);
    }),
    expectation('an execution that fails is an event with error and cause', CHANGED, async (aws) => {
      const machine = await aws.createStateMachine(FAILS);
      const events = await aws.listen(changes(machine, { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] }));
      await start(aws, machine);
      const [event, ...others] = await heard(aws, events);
      expect(others).toEqual([]);
      expect(event!.detail).toMatchObject({
        ...{ status: 'FAILED', error: 'ModelRejected', cause: 'accuracy 0.31 < 0.90', output: null },
      });
    }),
    expectation('an execution that is stopped is an event', CHANGED, async (aws) => {
      const machine = await aws.createStateMachine(waits(60));
      const events = await aws.listen(changes(machine, { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] }));
      const { executionArn } = await start(aws, machine, 'digits-1', '{"model":"v2"}');
      await aws.sfn.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause: 'by hand' }));
      const [event] = await heard(aws, events);
      expect(event!.detail).toMatchObject({
        ...{ executionArn, status: 'ABORTED', error: 'Stopped', cause: 'by hand', input: '{"model":"v2"}' },
      });
    }),
    expectation('an execution beyond its time is an event', CHANGED, async (aws) => {
      const machine = await aws.createStateMachine({ ...waits(60), TimeoutSeconds: 2 });
      const events = await aws.listen(changes(machine, { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] }));
      const { executionArn } = await start(aws, machine);
      const [event] = await heard(aws, events);
      expect(event!.detail).toMatchObject({ executionArn, status: 'TIMED_OUT' });
    }),
  ],
};
