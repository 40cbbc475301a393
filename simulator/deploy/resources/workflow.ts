import type { RuleTarget } from '../../events';
import { DeploymentFailed } from '../../template';
import { physicalName, type ResourceType } from '../stage';

const stateMachine: ResourceType = {
  put(piece, stage) {
    const { DefinitionString, Definition, DefinitionSubstitutions = {}, RoleArn } = piece.properties;
    const text = typeof DefinitionString === 'string' ? DefinitionString : Definition ? JSON.stringify(Definition) : '';
    if (!text) throw new DeploymentFailed(`${piece.id}: the definition must be in the template, not in S3`);
    const definition = Object.entries(DefinitionSubstitutions as object).reduce(
      (result, [name, value]) => result.replaceAll(`\${${name}}`, String(value)),
      text,
    );
    const name = physicalName(piece, 'StateMachineName', stage);
    const arn = `arn:aws:states:${stage.region}:${stage.account}:stateMachine:${name}`;
    stage.stateMachines.put({ arn, name, roleArn: String(RoleArn), definition });
    return { ref: arn, attributes: { Arn: arn, Name: name } };
  },
  remove: ({ deployed }, stage) => stage.stateMachines.remove(deployed.ref),
};

const rule: ResourceType = {
  put(piece, stage) {
    const { EventPattern, ScheduleExpression, State, Targets = [], EventBusName = 'default' } = piece.properties;
    const name = physicalName(piece, 'Name', stage);
    if (EventBusName !== 'default') throw new DeploymentFailed(`${piece.id}: only the default event bus is supported`);
    const targets = Targets as readonly RuleTarget[];
    for (const target of targets) checkTarget(piece.id, target.Arn);
    const enabled = State !== 'DISABLED';
    if (EventPattern) stage.events.putRule({ name, pattern: EventPattern, targets, enabled });
    if (ScheduleExpression) {
      for (const { Id, Arn, Input } of targets) {
        const input: unknown =
          Input === undefined ? { source: 'aws.events', 'detail-type': 'Scheduled Event' } : JSON.parse(Input);
        const expression = ScheduleExpression as string;
        stage.schedules.put({ name: `${name}/${Id}`, expression, enabled, targetArn: Arn, input, windowMinutes: 0 });
      }
    }
    return { ref: name, attributes: { Arn: `arn:aws:events:${stage.region}:${stage.account}:rule/${name}` } };
  },
  remove({ properties, deployed }, stage) {
    stage.events.removeRule(deployed.ref);
    for (const { Id } of (properties.Targets ?? []) as readonly RuleTarget[])
      stage.schedules.remove(`${deployed.ref}/${Id}`);
  },
};

const schedule: ResourceType = {
  put(piece, stage) {
    const { ScheduleExpression, State, Target, FlexibleTimeWindow, GroupName = 'default' } = piece.properties;
    const target = Target as {
      readonly Arn: string;
      readonly RoleArn: string;
      readonly Input?: string;
      readonly DeadLetterConfig?: { readonly Arn?: string };
      readonly RetryPolicy?: { readonly MaximumRetryAttempts?: unknown };
    };
    const deadLetters = target.DeadLetterConfig?.Arn;
    const window = FlexibleTimeWindow as { readonly Mode: string; readonly MaximumWindowInMinutes?: unknown };
    const name = physicalName(piece, 'Name', stage);
    checkTarget(piece.id, target.Arn);
    stage.schedules.put({
      name,
      expression: ScheduleExpression as string,
      enabled: State !== 'DISABLED',
      targetArn: target.Arn,
      input: target.Input === undefined ? {} : JSON.parse(target.Input),
      roleArn: target.RoleArn,
      retries: Number(target.RetryPolicy?.MaximumRetryAttempts ?? 185),
      ...(deadLetters !== undefined && { deadLetters }),
      windowMinutes: window.Mode === 'FLEXIBLE' ? Number(window.MaximumWindowInMinutes) : 0,
    });
    const arn = `arn:aws:scheduler:${stage.region}:${stage.account}:schedule/${String(GroupName)}/${name}`;
    return { ref: name, attributes: { Arn: arn } };
  },
  remove: ({ deployed }, stage) => stage.schedules.remove(deployed.ref),
};

function checkTarget(id: string, arn: string): void {
  if (/^arn:aws:(lambda|sns):/.test(arn) || arn.includes(':api-destination/')) return;
  throw new DeploymentFailed(`${id}: the target ${arn} is not supported; functions, topics and API destinations are`);
}

export const WORKFLOW: Readonly<Record<string, ResourceType>> = {
  'AWS::StepFunctions::StateMachine': stateMachine,
  'AWS::Events::Rule': rule,
  'AWS::Scheduler::Schedule': schedule,
};
