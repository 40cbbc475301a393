import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ENV } from '../contract/names';
import { onOneLine } from '../contract/problems';
import type { Job, Work } from '../contract/work';
import { type AdapterContext, clientConfig, requiredVariable } from './sdk/context';

export interface LaterWork extends Work {
  /** At most 900. */
  readonly inSeconds: number;
}

/** Queues of what is to be done of each endpoint. */
export interface WorkQueue {
  /** @throws WorkRefused when the queue answers, and did not take all */
  sendWork(job: Job, work: readonly LaterWork[]): Promise<void>;
}

/** SQS answered that it did not take a message. The schedule's next run sends all of them again. */
export class WorkRefused extends Error {
  override readonly name = 'WorkRefused';
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MOST_ENTRIES = 10;

/** A queue for each job, since one may be slow; ten messages a call. The queue answers 200 also when it took none. */
export const sqsWorkQueue = (context: AdapterContext): WorkQueue => {
  const client = context.client('sqs', () => new SQSClient(clientConfig));
  const urls: Readonly<Record<Job, string>> = {
    reconcile: requiredVariable(context, ENV.reconcileQueue),
    teardown: requiredVariable(context, ENV.teardownQueue),
  };
  return {
    sendWork: async (job, work) => {
      for (let from = 0; from < work.length; from += MOST_ENTRIES) {
        const Entries = work.slice(from, from + MOST_ENTRIES).map(({ inSeconds, ...one }, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(one),
          DelaySeconds: inSeconds,
        }));
        const command = new SendMessageBatchCommand({ QueueUrl: urls[job], Entries });
        const { Failed: failed = [] } = await client.send(command);
        if (failed[0] !== undefined)
          throw new WorkRefused(
            onOneLine(
              `SQS did not take ${failed.length} of ${Entries.length} messages: ${failed[0].Code ?? 'no code'}: ` +
                `${failed[0].Message ?? 'no reason'}`,
            ),
          );
      }
    },
  };
};
