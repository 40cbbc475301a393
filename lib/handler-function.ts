import { DEPLOY_WAITS, type HandlerName, HANDLERS } from './handlers';
import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV, HANDLER_METADATA } from '../lambdas/contract/names';
import type { AppResources } from './app-resources';
import { handlerBundle } from './bundle';
import { grant, OwnRole } from './permissions/granting';
import { grantLogsAndTraces, ownLogGroup } from './service-logs';

export interface HandlerFunctionProps {
  readonly handler: HandlerName;
  readonly app: AppResources;
  readonly architecture: lambda.Architecture;
  readonly logRetention: RetentionDays;
  /** For handlers that run on events. */
  readonly deadLetters: IQueue;
  /** Concurrent executions that no other function of the account may use, and that it may not exceed. @default none */
  readonly reservedConcurrency?: number | undefined;
  /** Variables beside those that every app tells it. @default none */
  readonly environment?: Readonly<Record<string, string>>;
}

/** One handler: a function, a role and a log group of its own. */
export class HandlerFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const { timeout, memoryMB, calledBy, does, rights } = HANDLERS[props.handler];
    this.role = new OwnRole(this, 'Role', new iam.ServicePrincipal('lambda.amazonaws.com'));
    const logGroup = ownLogGroup(this, props.logRetention);
    grantLogsAndTraces(this.role, logGroup);
    grant(this.role, rights, props.app);
    this.function = new lambda.Function(this, 'Function', {
      description: `Greenlight: ${does}`,
      code: handlerBundle(props.handler),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: props.architecture,
      memorySize: memoryMB,
      timeout,
      role: this.role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      environment: { ...environment(props.handler, props.app), ...props.environment },
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
      // Two more attempts (after one and two minutes), then the dead letters: six hours is as long as Lambda keeps an
      // event.
      ...(calledBy === 'events' && {
        retryAttempts: 2,
        maxEventAge: Duration.hours(6),
        onFailure: new SqsDestination(props.deadLetters),
      }),
      // CloudFormation waits as long, then puts all back: what is begun by then is over, and nothing comes later.
      ...(calledBy === 'deploy' && { maxEventAge: DEPLOY_WAITS.minus(timeout).minus(Duration.seconds(20)) }),
    });
    (this.function.node.defaultChild as lambda.CfnFunction).addMetadata(HANDLER_METADATA, props.handler);
  }
}

function environment(handler: HandlerName, app: AppResources): Record<string, string> {
  const values: Record<keyof typeof ENV, string> = {
    table: app.table.tableName,
    bucket: app.bucket.bucketName,
    topic: app.topic.topicArn,
    stateMachine: app.stateMachineArn,
    dashboard: app.dashboardName,
    reconcileQueue: app.work.reconcile.queueUrl,
    teardownQueue: app.work.teardown.queueUrl,
    atOnce: String(app.atOnce),
    waves: JSON.stringify(app.waves),
  };
  const { attempts } = HANDLERS[handler];
  return {
    POWERTOOLS_SERVICE_NAME: 'greenlight',
    ...(attempts !== undefined && { AWS_MAX_ATTEMPTS: String(attempts) }),
    ...Object.fromEntries(HANDLERS[handler].env.map((variable) => [ENV[variable], values[variable]])),
  };
}
