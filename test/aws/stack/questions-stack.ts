import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, Pass, StateMachine, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { transformSync } from 'esbuild';
import { NoticeTopic } from '../../../lib/notices';
import { withFunction } from '../questions/all';
import { alarmArrives } from '../questions/C13-alarm-arrives';
import { aliasInTemplate } from '../questions/D2-alias-in-template';
import { errorNames, THROWN_NAME } from '../questions/F8-error-names';
import { DECLARED_ALIAS, EVENT_SOURCE, functionNameOf, OUTPUTS, STATIC_VARIABLE } from './names';

export interface QuestionsStackProps extends StackProps {
  readonly architecture: lambda.Architecture;
  /** Other code for the function of question D2, and another description of its alias. */
  readonly changed: boolean;
}

/** A tiny function for each question, and what else is asked about. All of it goes with the stack. */
export class QuestionsStack extends Stack {
  private readonly role: iam.Role;
  private readonly logGroup: LogGroup;
  private readonly code = probeCode();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: QuestionsStackProps,
  ) {
    super(scope, id, {
      description: 'Greenlight: open questions about AWS, asked and deleted again',
      ...props,
    });
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_DAY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.logGroup.grantWrite(this.role);
    for (const { id: question } of withFunction) if (question !== aliasInTemplate.id) this.probe(question, this.code);
    this.declareAlias();
    this.startByEvent();
    this.throwInWorkflow();
    this.ring();
  }

  private probe(question: string, code: string, environment: Record<string, string> = {}): lambda.Function {
    return new lambda.Function(this, `Probe-${question}`, {
      functionName: functionNameOf(question),
      code: lambda.Code.fromInline(code),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      memorySize: 128,
      timeout: Duration.seconds(5),
      architecture: this.props.architecture,
      role: this.role,
      logGroup: this.logGroup,
      environment,
    });
  }

  /** D2: an alias in the template, which a changed deploy describes otherwise. */
  private declareAlias(): void {
    const { changed } = this.props;
    const served = this.probe(aliasInTemplate.id, changed ? `${this.code}\n// changed` : this.code, {
      [STATIC_VARIABLE]: 'yes',
    });
    const version = new lambda.CfnVersion(this, 'DeclaredVersion', {
      functionName: served.functionName,
    });
    new lambda.CfnAlias(this, 'DeclaredAlias', {
      functionName: served.functionName,
      functionVersion: version.attrVersion,
      name: DECLARED_ALIAS,
      description: changed ? 'changed' : 'as it was made',
    });
  }

  /** F4: a state machine that a rule starts. */
  private startByEvent(): void {
    const machine = new StateMachine(this, 'StartedByEvent', {
      stateMachineName: functionNameOf('F4'),
      definitionBody: DefinitionBody.fromChainable(new Pass(this, 'Done')),
    });
    new Rule(this, 'Ask', {
      eventPattern: { source: [EVENT_SOURCE] },
      targets: [new SfnStateMachine(machine)],
    });
    new CfnOutput(this, OUTPUTS.startedByEvent, {
      value: machine.stateMachineArn,
    });
  }

  /** C13: an alarm on the app's own kind of topic, and a function that hears of it. */
  private ring(): void {
    const { topic } = new NoticeTopic(this, 'Notices', {});
    topic.addSubscription(new LambdaSubscription(this.node.findChild(`Probe-${alarmArrives.id}`) as lambda.Function));
    const metric = new Metric({ namespace: 'GreenlightAwsTest', metricName: 'NothingEver' });
    const alarm = new Alarm(this, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 });
    alarm.addAlarmAction(new SnsAction(topic));
    new CfnOutput(this, OUTPUTS.alarm, { value: alarm.alarmName });
  }

  /** F8: a state machine whose only task throws. */
  private throwInWorkflow(): void {
    const task = new LambdaInvoke(this, 'Throw', {
      lambdaFunction: this.node.findChild(`Probe-${errorNames.id}`) as lambda.Function,
      payload: TaskInput.fromObject({ fail: THROWN_NAME }),
      retryOnServiceExceptions: false,
    });
    const machine = new StateMachine(this, 'Throws', {
      stateMachineName: functionNameOf('F8'),
      definitionBody: DefinitionBody.fromChainable(task),
    });
    new CfnOutput(this, OUTPUTS.throws, { value: machine.stateMachineArn });
  }
}

/** probe.ts as Lambda takes it inline: CommonJS, at most 4,096 characters. */
function probeCode(): string {
  const source = readFileSync(join(__dirname, '..', 'bench', 'probe.ts'), 'utf8');
  return transformSync(source, {
    loader: 'ts',
    format: 'cjs',
    target: 'node24',
    minifyWhitespace: true,
  }).code;
}
