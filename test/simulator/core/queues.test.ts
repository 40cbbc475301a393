import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { Template } from '../../../simulator/template';
import { createWorld } from '../../../simulator/world';
import { allow, functionResources, handlers } from './small-world';

const READ = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const SEND = ['kms:Decrypt', 'kms:GenerateDataKey'];

const ofStatements = (own: string | readonly string[], ofKey: readonly string[] = []) =>
  [own, ...ofKey].map((actions) => allow(actions, '*'));

interface Case {
  readonly name?: string;
  /** What the functions may do with the key of the queue. @default - the queue has none */
  readonly ofKey?: { readonly send: readonly string[]; readonly read: readonly string[] };
  readonly mapping?: object;
}

/** A queue, a function that sends to it and one that reads it. */
const template = ({ name = 'work', ofKey, mapping }: Case = {}): Template => ({
  Resources: {
    ...(ofKey && { Key: { Type: 'AWS::KMS::Key', Properties: {} } }),
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: name, ...(ofKey && { KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } }) },
    },
    ...functionResources('Send', ofStatements('sqs:SendMessage', ofKey?.send), {
      FunctionName: `${name}-send`,
    }),
    ...functionResources('Read', ofStatements(READ, ofKey?.read), { FunctionName: `${name}-read` }),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: { Ref: 'Read' }, ...mapping },
    },
  },
});

type Messages = { readonly Records: readonly { readonly body: string }[] };

async function world(given: Case = {}) {
  const seen: string[][] = [];
  const busy = { forMs: 0 };
  const made = createWorld({
    template: template(given),
    handlers: handlers({
      read: async (event: Messages, { clock }) => {
        seen.push(event.Records.map(({ body }) => body));
        await clock.sleep(busy.forMs);
        return null;
      },
    }),
  });
  await made.deploy();
  const send = (bodies: readonly string[], whose = 'Send', queue = given.name ?? 'work') =>
    made.run(
      made.clientsOf(whose).sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: `https://sqs.eu-west-1.amazonaws.com/123456789012/${queue}`,
          Entries: bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody })),
        }),
      ),
    );
  return { made, seen, send, busy };
}

describe('a queue under a key', () => {
  it('is sent to and read by functions that may use the key', async () => {
    const { made, seen, send } = await world({ ofKey: { send: SEND, read: ['kms:Decrypt'] } });
    await send(['one']);
    await made.runFor(5_000);
    expect(seen).toEqual([['one']]);
  });

  it.each(SEND)('refuses a sender without %s', async (missing) => {
    const may = SEND.filter((action) => action !== missing);
    const { send } = await world({ ofKey: { send: may, read: ['kms:Decrypt'] } });
    await expect(send(['one'])).rejects.toThrow(`is not authorized to perform: ${missing} on resource`);
  });

  it('is not read for a function that may not decrypt, and is once it may', async () => {
    const { made, seen, send } = await world({ ofKey: { send: SEND, read: [] } });
    await send(['one']);
    await made.runFor(60_000);
    expect(seen).toEqual([]);
    await made.deploy(template({ ofKey: { send: SEND, read: ['kms:Decrypt'] } }));
    await send(['two']);
    await made.runFor(5_000);
    expect(seen.flat()).toEqual(['one', 'two']);
  });
});

describe('a reader of a queue', () => {
  it('that is changed while it works keeps to its number at once', async () => {
    const once = (BatchSize: number) => ({ BatchSize, ScalingConfig: { MaximumConcurrency: 2 } });
    const { made, seen, send, busy } = await world({ mapping: once(1) });
    busy.forMs = 10_000;
    await send(['1', '2', '3', '4', '5']);
    await made.runFor(1_000);
    await made.deploy(template({ mapping: once(2) }));
    await made.runFor(60_000);
    expect(seen).toEqual([['1'], ['2'], ['3', '4'], ['5']]);
  });

  it('is told apart from one of the same id in another stack, also of one that was deleted and made again', async () => {
    const { made, seen, send } = await world();
    const other = made.stackBeside('other');
    const named = template({ name: 'other' });
    await made.run(other.deploy(named));
    await made.run(other.destroy());
    await made.run(other.deploy(named));
    await send(['first']);
    await send(['second'], 'other/Send', 'other');
    await made.runFor(5_000);
    expect(seen).toEqual([['first'], ['second']]);
  });

  it('of what its batches name as failed is not deployed: this simulation knows whole batches', async () => {
    const mapping = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
    await expect(world({ mapping })).rejects.toThrow(/Mapping: a queue's batch is done or fails as a whole/);
  });
});
