import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acceptWildcard } from './nag-reasons';

/** A function's own log group: made here, so that it has a retention and goes with the stack. */
export const ownLogGroup = (scope: Construct, retention: logs.RetentionDays): logs.LogGroup =>
  new logs.LogGroup(scope, 'Logs', { retention, removalPolicy: RemovalPolicy.DESTROY });

/** The same, and what CDK allows a function that is traced. */
export function grantLogsAndTraces(role: iam.Role, logGroup: logs.LogGroup): void {
  grantLogs(role, logGroup);
  acceptWildcard(role, '*', 'X-Ray cannot be limited to resources.');
}

/** What AWSLambdaBasicExecutionRole allows, on this group alone. */
export function grantLogs(role: iam.Role, logGroup: logs.LogGroup): void {
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
}
