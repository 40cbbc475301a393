import { Duration, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EndpointSettings } from '../lambdas/contract/endpoint-settings';
import { HANDLER_METADATA, MODEL_SERVER } from '../lambdas/contract/names';
import { modelServerBundle } from './bundle';
import { OwnRole } from './permissions/granting';
import { type SecurityProps, secure } from './security';
import { grantLogs, grantLogsAndTraces, ownLogGroup } from './service-logs';

export interface ModelServerFunctionProps {
  readonly settings: EndpointSettings;
  readonly architecture: lambda.Architecture;
  readonly logRetention: RetentionDays;
  readonly security?: SecurityProps | undefined;
}

/**
 * The built-in model server. Its environment names no model here: the deploy step writes that before it publishes, so
 * that a deploy of the app can never change what a published version serves.
 */
export class ModelServerFunction extends Construct {
  readonly function: lambda.Function;

  constructor(
    scope: Construct,
    id: string,
    { settings, architecture, logRetention, security }: ModelServerFunctionProps,
  ) {
    super(scope, id);
    if (security !== undefined) secure(this, security);
    const role = new OwnRole(this, 'Role', new iam.ServicePrincipal('lambda.amazonaws.com'));
    const logGroup = ownLogGroup(this, logRetention);
    if (settings.tracing) grantLogsAndTraces(role, logGroup);
    else grantLogs(role, logGroup);
    this.function = new lambda.Function(this, 'Function', {
      description: `Greenlight: serves the model of ${settings.name}`,
      code: modelServerBundle(architecture),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture,
      memorySize: settings.memoryMB,
      timeout: Duration.seconds(settings.timeoutSeconds),
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      // An endpoint is called a thousand times as often as a step: what Lambda says of each call costs more than a
      // small model. Not the application's own level: a line without one, as that of metrics, is dropped at WARN.
      // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
      tracing: settings.tracing ? lambda.Tracing.ACTIVE : lambda.Tracing.DISABLED,
      ephemeralStorageSize: temporaryStorage(settings.maxModelMB),
      environment: {
        GREENLIGHT_ENDPOINT: settings.name,
        POWERTOOLS_SERVICE_NAME: settings.name,
        ...(settings.tracing && { POWERTOOLS_TRACE_ENABLED: 'true' }),
      },
    });
    (this.function.node.defaultChild as lambda.CfnFunction).addMetadata(HANDLER_METADATA, MODEL_SERVER);
  }
}

/** A model goes through /tmp while it is loaded. 512 MB are there in any case and cost nothing. */
const temporaryStorage = (maxModelMB: number): Size => Size.mebibytes(Math.max(512, maxModelMB + 64));
