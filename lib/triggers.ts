import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MODELS_PREFIX, OUTBOX_PARTITION, TABLE_KEYS } from '../lambdas/contract/names';
import { type Job, type JobRequest, NEXT_IN_WAVES } from '../lambdas/contract/work';
import type { AppResources } from './app-resources';
import type { HandlerFunction } from './handler-function';

export interface TriggersProps {
  readonly app: AppResources;
  readonly startRollout: HandlerFunction;
  readonly safetyNet: HandlerFunction;
  readonly reconcile: HandlerFunction;
  readonly teardownIdle: HandlerFunction;
  readonly handOutWork: HandlerFunction;
  readonly announce: HandlerFunction;
  readonly deadLetters: IQueue;
  readonly reconcileEvery: Duration;
  readonly teardownEvery: Duration;
}

/** What starts handlers without a person: uploads, rollouts that were stopped, and the clock. */
export class Triggers extends Construct {
  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    const { app, deadLetters } = props;
    onEvent(this, 'ModelUploaded', props.startRollout, deadLetters, {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [app.bucket.bucketName] }, object: { key: [{ prefix: MODELS_PREFIX }] } },
    });
    // Nothing inside the state machine runs when it is aborted or out of time.
    const badly = { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] };
    onEvent(this, 'RolloutEndedBadly', props.safetyNet, deadLetters, rolloutChanged(app, badly));
    // So that the next wave begins at once; an event that is lost is made good by the reconciler's next pass.
    const ofDeploys = {
      name: events.Match.wildcard('*-deploy-*'),
      status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
    };
    onEvent(
      this,
      'DeployEnded',
      props.handOutWork,
      deadLetters,
      rolloutChanged(app, ofDeploys),
      events.RuleTargetInput.fromObject({ job: 'reconcile', of: NEXT_IN_WAVES } satisfies JobRequest),
    );
    const role = schedulerRole(this, [props.handOutWork, props.announce], deadLetters);
    // A look at the alias that was missed is made good by the next one, so an old one is not worth keeping.
    const handOut = (id: string, job: Job, every: Duration) =>
      onSchedule(this, id, props.handOutWork, every, role, deadLetters, { job });
    handOut('Reconcile', 'reconcile', props.reconcileEvery);
    handOut('TeardownIdle', 'teardown', props.teardownEvery);
    onWork(this, 'ReconcileWork', props.reconcile, app.work.reconcile, 5);
    onWork(this, 'TeardownWork', props.teardownIdle, app.work.teardown, 2);
    onAnnouncements(this, 'Announced', props.announce, app, deadLetters);
    // Makes good what the stream did not bring.
    onSchedule(this, 'Announce', props.announce, props.reconcileEvery, role, deadLetters);
  }
}

function onEvent(
  scope: Construct,
  id: string,
  handler: HandlerFunction,
  deadLetterQueue: IQueue,
  eventPattern: events.EventPattern,
  event?: events.RuleTargetInput,
): void {
  new events.Rule(scope, id, {
    eventPattern,
    // This is about delivery to Lambda; what the handler itself fails at is retried by Lambda.
    targets: [
      new LambdaFunction(handler.function, {
        ...{ deadLetterQueue, retryAttempts: 20, maxEventAge: Duration.hours(6) },
        ...(event && { event }),
      }),
    ],
  });
}

const rolloutChanged = ({ stateMachineArn }: AppResources, detail: Record<string, unknown>): events.EventPattern => ({
  source: ['aws.states'],
  detailType: ['Step Functions Execution Status Change'],
  detail: { stateMachineArn: [stateMachineArn], ...detail },
});

/**
 * The table's stream, of which only new announcements are handed on. A batch is tried six times, with growing waits, in
 * halves: whatever cannot be published keeps the others waiting for a minute or so, then its place in the stream is a
 * dead letter, and the announcement itself stays in the table.
 */
function onAnnouncements(
  scope: Construct,
  id: string,
  handler: HandlerFunction,
  { table }: AppResources,
  deadLetters: IQueue,
): void {
  const mapping = new lambda.EventSourceMapping(scope, id, {
    target: handler.function,
    eventSourceArn: table.tableStreamArn ?? '',
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    batchSize: 10,
    retryAttempts: 5,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    maxRecordAge: Duration.hours(6),
    onFailure: new SqsDlq(deadLetters),
    filters: [
      lambda.FilterCriteria.filter({
        eventName: lambda.FilterRule.isEqual('INSERT') as unknown,
        dynamodb: { Keys: { [TABLE_KEYS.partition]: { S: lambda.FilterRule.isEqual(OUTBOX_PARTITION) as unknown } } },
      }),
    ],
  });
  // Lambda tries the role when the mapping is made.
  mapping.node.addDependency(handler.role);
}

/** @param atOnce endpoints: beside those an account's other functions keep their share of its control-plane calls */
function onWork(scope: Construct, id: string, handler: HandlerFunction, queue: IQueue, atOnce: number): void {
  const mapping = new lambda.EventSourceMapping(scope, id, {
    target: handler.function,
    eventSourceArn: queue.queueArn,
    // One that is slow or fails takes no other with it.
    batchSize: 1,
    maxConcurrency: atOnce,
  });
  mapping.node.addDependency(handler.role);
}

function onSchedule(
  scope: Construct,
  id: string,
  handler: HandlerFunction,
  every: Duration,
  role: iam.Role,
  deadLetters: IQueue,
  input?: Readonly<Record<string, string>>,
): void {
  const schedule = new CfnSchedule(scope, id, {
    description: `Greenlight: runs ${handler.node.id}`,
    scheduleExpression: rate(every),
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: handler.function.functionArn,
      roleArn: role.roleArn,
      ...(input && { input: JSON.stringify(input) }),
      deadLetterConfig: { arn: deadLetters.queueArn },
      retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: Math.max(60, every.toSeconds()) },
    },
  });
  schedule.node.addDependency(role);
}

/** The scheduler's role: these functions and the dead letters, and only for schedules of this account. */
function schedulerRole(scope: Construct, handlers: readonly HandlerFunction[], deadLetters: IQueue): iam.Role {
  const role = new iam.Role(scope, 'SchedulerRole', {
    assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: handlers.map((handler) => handler.function.functionArn),
    }),
  );
  role.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }));
  return role;
}

/** rate(1 minute), rate(5 minutes): the scheduler knows whole minutes and minds the plural. */
function rate(every: Duration): string {
  const minutes = every.toMinutes();
  return `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`;
}
