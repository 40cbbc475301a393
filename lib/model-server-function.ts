import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EndpointSettings } from '../lambdas/contract/endpoint-settings';
import { METRIC_NAMESPACE } from '../lambdas/contract/metric-names';
import { HANDLER_METADATA, MODEL_SERVER } from '../lambdas/contract/names';
import { modelServerBundle } from './bundle';
import { grantLogsAndTraces, ownLogGroup } from './service-logs';

export interface ModelServerFunctionProps {
  readonly settings: EndpointSettings;
  readonly architecture: lambda.Architecture;
  readonly logRetention: RetentionDays;
}

/**
 * The built-in model server. Its environment names no model here: the deploy step writes that before it publishes, so
 * that a deploy of the app can never change what a published version serves.
 */
export class ModelServerFunction extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, { settings, architecture, logRetention }: ModelServerFunctionProps) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = ownLogGroup(this, logRetention);
    grantLogsAndTraces(role, logGroup);
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
      tracing: lambda.Tracing.ACTIVE,
      environment: {
        GREENLIGHT_ENDPOINT: settings.name,
        POWERTOOLS_SERVICE_NAME: settings.name,
        POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
      },
    });
    (this.function.node.defaultChild as lambda.CfnFunction).addMetadata(HANDLER_METADATA, MODEL_SERVER);
  }
}
