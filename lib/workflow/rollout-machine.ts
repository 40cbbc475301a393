import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acceptWildcard } from '../nag-reasons';
import { OwnRole } from '../permissions/granting';
import { rollout } from './rollout';
import { WORKFLOW_HANDLERS } from '../handlers';
import type { Functions } from './task';

export interface RolloutMachineProps {
  /** 1 to 80 characters. */
  readonly name: string;
  readonly functions: Functions;
  readonly logRetention: logs.RetentionDays;
}

/** The console shows this comment; its own suggestion, {"Comment": …}, works too. */
const COMMENT = [
  'Greenlight: replaces the live model of an endpoint by another, judged on live traffic.',
  'Input, all optional: {} rolls out the newest model of the only endpoint;',
  '{"endpoint": "digits", "strategy": "Canary10Percent5Minutes", "reason": "retrain week 47"};',
  '{"endpoint": "digits", "action": "rollback"} or with "to": "7";',
  '{"endpoint": "digits", "dryRun": true} touches no traffic.',
].join(' ');

/** The state machine with its log, its role and its last limit. */
export class RolloutMachine extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(scope: Construct, id: string, { name, functions, logRetention }: RolloutMachineProps) {
    super(scope, id);
    const role = new OwnRole(this, 'Role', new iam.ServicePrincipal('states.amazonaws.com'));
    this.machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName: name,
      stateMachineType: sfn.StateMachineType.STANDARD,
      comment: COMMENT,
      definitionBody: sfn.DefinitionBody.fromChainable(rollout(this, functions)),
      role,
      // At most 7 days of baking, 7 of extension, 7 of waiting for a person and one of watching: 22 days. Under 2^31 ms
      // (24.8 days), so that a local interpreter can hold it in one timer.
      timeout: Duration.days(24),
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          // Under this prefix log groups share one entry of the account's log policy, which is limited in size.
          logGroupName: `/aws/vendedlogs/states/${name}`,
          retention: logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
        // The state is in the execution's history; here it would be stored, and paid for, a second time.
        includeExecutionData: false,
      },
    });
    const used = WORKFLOW_HANDLERS.map((handler) => functions[handler].functionArn);
    role.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: used }));
    acceptWildcard(role, '*', 'X-Ray and the delivery of logs cannot be limited to resources.');
  }
}
