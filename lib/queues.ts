import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Job } from '../lambdas/contract/work';
import { accept } from './nag-reasons';

const SECURE = { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;

/** Where an event ends that no handler could be given; an alarm watches it. One for all handlers that run on events. */
export class DeadLetters extends Construct {
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', { ...SECURE, retentionPeriod: Duration.days(14) });
    accept(this.queue, 'AwsSolutions-SQS3', 'This queue is the dead-letter queue.');
  }
}

/** How long the functions that take from them may run. */
export const WORK_TIMEOUT = Duration.minutes(2);

/**
 * A message for each endpoint, of each job. What a function has not done within its time is seen again right after,
 * twice; what is older than the runs after it has been made good by them.
 */
export function workQueues(
  scope: Construct,
  deadLetters: sqs.IQueue,
  every: Readonly<Record<Job, Duration>>,
): Readonly<Record<Job, sqs.IQueue>> {
  const queue = (id: string, job: Job) =>
    new sqs.Queue(scope, id, {
      ...SECURE,
      visibilityTimeout: WORK_TIMEOUT,
      retentionPeriod: every[job].plus(Duration.minutes(30)),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 3 },
    });
  return { reconcile: queue('ReconcileQueue', 'reconcile'), teardown: queue('TeardownQueue', 'teardown') };
}
