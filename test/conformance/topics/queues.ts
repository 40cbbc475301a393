import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';

const SEND = { covers: ['SendMessageBatch'], fact: 'Q1' } as const;
const send = (aws: Aws, QueueUrl: string, ids: readonly string[]) =>
  aws.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: ids.map((Id) => ({ Id, MessageBody: `{"endpoint":"${Id}"}`, DelaySeconds: 900 })),
    }),
  );

export const queues: Topic = {
  title: 'Queues',
  expectations: [
    expectation('a batch of messages is answered entry by entry', SEND, async (aws) => {
      const { Successful, Failed } = await send(aws, await aws.createQueue(), ['a', 'b']);
      expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'b']);
      expect(Failed ?? []).toEqual([]);
    }),
    expectation('a batch of eleven messages is refused', SEND, async (aws) => {
      const ids = Array.from({ length: 11 }, (_, index) => `m${index}`);
      await expect(send(aws, await aws.createQueue(), ids)).rejects.toMatchObject({
        name: expect.stringContaining('TooManyEntriesInBatchRequest') as string,
      });
    }),
  ],
};
