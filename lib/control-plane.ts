import { type HandlerName, ROLLOUT_HANDLERS, type RolloutHandler, HANDLERS } from './handlers';
import { ArnFormat, Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IDependable } from 'constructs';
import { AppAlarms } from './alarms';
import type { AppResources } from './app-resources';
import { Dashboard } from './dashboard/dashboard';
import type { ControlPlaneOptions, GreenlightControlPlaneProps } from './greenlight-props';
import { HandlerFunction, type HandlerFunctionProps } from './handler-function';
import { NoticeTopic } from './notices';
import { type IGreenlightControlPlane, planeByName, publishFacts } from './plane-facts';
import { DeadLetters, workQueues } from './queues';
import { EndpointsInUse } from './registration';
import { keyOver, secure } from './security';
import { SettingsRefused } from './settings/settings-refused';
import { Storage } from './storage';
import { Triggers } from './triggers';
import { RolloutMachine } from './workflow/rollout-machine';

/**
 * What rolls out models and keeps users on a good version when something fails: a bucket to upload models to, a state
 * machine, its handlers, a table. Once per account and region; endpoints of any stack register with it, and nothing in
 * it grows with their number.
 */
export class GreenlightControlPlane extends Construct implements IGreenlightControlPlane {
  /** The control plane of that name in the account and region of the scope's stack, made by whichever stack. */
  static fromName(scope: Construct, id: string, name: string): IGreenlightControlPlane {
    return planeByName(scope, id, checkName(name));
  }

  /** By which other stacks find it. */
  readonly name: string;
  /** Models are uploaded under models/<endpoint>/. */
  readonly bucket: IBucket;
  /** What should be live, the locks, the waiting uploads, the history. */
  readonly table: ITable;
  /** Each of its executions is a rollout; `{}` rolls out the newest model of the only endpoint. */
  readonly stateMachine: IStateMachine;
  /** Notices of rollouts, requests for approval, alarms. */
  readonly notices: ITopic;
  /** Where an event ends that could not be delivered; it has an alarm. */
  readonly deadLetters: sqs.IQueue;
  /** Chats and pagers that are told, by their paths: each `NoticeChannel` adds itself. */
  readonly channels: string[] = [];
  /** Where people watch rollouts in the console; undefined without a dashboard. */
  readonly dashboardUrl?: string;
  /** @internal The function that registers endpoints. */
  readonly registrationArn: string;
  /** @internal */
  readonly reconcileSeconds: number;
  private readonly storage: Storage;
  private readonly handlers: Readonly<Record<RolloutHandler, HandlerFunction>>;
  private readonly dashboard?: Dashboard;

  /** Throws SettingsRefused where the name is none. */
  constructor(scope: Construct, id: string, props: GreenlightControlPlaneProps) {
    super(scope, id);
    this.name = checkName(props.name);
    if (props.security !== undefined) secure(this, props.security);
    const { architecture = lambda.Architecture.ARM_64, logRetention = RetentionDays.ONE_MONTH } = props;
    const { reconcileEvery = Duration.minutes(5), teardownEvery = Duration.hours(1) } = props;
    this.reconcileSeconds = reconcileEvery.toSeconds();

    const storage = (this.storage = new Storage(this, 'Storage', {
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      modelReaders: props.modelReaders ?? [],
    }));
    const { topic, key } = new NoticeTopic(this, 'Notices', {
      topic: props.topic,
      email: props.alarmEmail,
      key: props.security?.key,
    });
    const deadLetters = (this.deadLetters = new DeadLetters(this, 'DeadLetters').queue);
    const app: AppResources = {
      ...namesOf(this, props.dashboard !== false),
      bucket: storage.bucket,
      table: storage.table,
      topic,
      topicKey: key,
      ...rolloutLimits(props),
      work: workQueues(this, deadLetters, { reconcile: reconcileEvery, teardown: teardownEvery }),
    };
    const make = (handler: HandlerName, environment: HandlerFunctionProps['environment'] = {}) =>
      new HandlerFunction(this, handler, {
        handler,
        app,
        architecture,
        logRetention,
        deadLetters,
        environment,
        reservedConcurrency: 'safety' in HANDLERS[handler] ? reservedForSafety(props) : undefined,
      });
    this.handlers = eachHandler((handler) => make(handler));
    const machine = new RolloutMachine(this, 'Rollout', {
      name: app.stateMachineName,
      functions: eachHandler((handler) => this.handlers[handler].function),
      logRetention,
    }).machine;

    const restoreBlue = this.handlers['restore-blue'];
    const safetyNet = this.handlers['safety-net'];
    const reconcile = this.handlers.reconcile;
    new Triggers(this, 'Triggers', {
      app,
      startRollout: this.handlers['start-rollout'],
      safetyNet,
      reconcile,
      teardownIdle: this.handlers['teardown-idle'],
      handOutWork: this.handlers['hand-out-work'],
      announce: this.handlers.announce,
      deadLetters,
      reconcileEvery,
      teardownEvery,
    });
    const alarms = new AppAlarms(this, 'Alarms', {
      topic,
      deadLetters,
      restoreBlue,
      safetyNet,
      reconcile,
      reconcileEvery,
    });
    if (props.dashboard !== false)
      this.dashboard = new Dashboard(this, 'Dashboard', {
        name: app.dashboardName,
        stateMachineName: app.stateMachineName,
        options: props.dashboard ?? {},
        alarms,
        channels: this.channels,
        teardownIdle: this.handlers['teardown-idle'],
        handler: make,
      });
    this.dashboardUrl = this.dashboard?.url;
    this.bucket = storage.bucket;
    this.table = storage.table;
    this.stateMachine = machine;
    this.notices = topic;
    this.registrationArn = this.handlers['live-alias'].function.functionArn;
    EndpointsInUse.of(this, this);
    publishFacts(this);
  }

  /** @internal */
  get keyArn(): string | undefined {
    return keyOver(this)?.keyArn;
  }

  /** @internal */
  roleOf(handler: RolloutHandler): iam.IRole {
    return this.handlers[handler].role;
  }

  /** @internal */
  neededByRollouts(): readonly IDependable[] {
    return [this.handlers['live-alias'], this.stateMachine];
  }

  /** @internal */
  keepVersionsOf(key: string): void {
    this.storage.protect(key);
  }

  /** @internal */
  keepLabels(days: number): void {
    this.storage.keepLabels(days);
  }

  /** @internal What readers of the dashboard see first, who name no endpoint. */
  shows(endpoint: string): void {
    this.dashboard?.endpoints.push(endpoint);
  }
}

/**
 * The longest name of a state machine has 80 characters, and `-rollout` takes 8; that of a dashboard a region as well.
 */
const NAME = /^[A-Za-z0-9-]{1,72}$/;

function checkName(name: string): string {
  if (NAME.test(name)) return name;
  throw new SettingsRefused([
    `the control plane's name is ${JSON.stringify(name)}: must be 1 to 72 letters, digits and hyphens`,
  ]);
}

/** Its rollouts are in one item of the table, which has room for a thousand. */
const LARGEST_WAVE = 200;

/** @throws SettingsRefused */
function rolloutLimits({ rollouts = {} }: ControlPlaneOptions): Pick<AppResources, 'atOnce' | 'waves'> {
  const { atOnce = 20, waves = [1, 5, 20] } = rollouts;
  const isCount = (one: number, most: number) => Number.isInteger(one) && one >= 1 && one <= most;
  const problems = [
    ...(isCount(atOnce, 1000) ? [] : [`rollouts.atOnce is ${atOnce}: must be a whole number of 1 to 1000`]),
    ...waves.flatMap((one, index) =>
      isCount(one, LARGEST_WAVE)
        ? []
        : [`rollouts.waves[${index}] is ${one}: must be a whole number of 1 to ${LARGEST_WAVE}`],
    ),
    ...(waves.length <= 100 ? [] : [`rollouts.waves has ${waves.length} sizes: at most 100; the last one repeats`]),
  ];
  if (problems.length > 0) throw new SettingsRefused(problems);
  return { atOnce, waves };
}

function reservedForSafety({ reservedForSafety: wanted }: ControlPlaneOptions): number | undefined {
  if (wanted === undefined || (Number.isInteger(wanted) && wanted >= 1)) return wanted;
  throw new Error(`reservedForSafety is ${wanted}: must be a whole number of at least 1`);
}

const eachHandler = <T>(make: (handler: RolloutHandler) => T): Readonly<Record<RolloutHandler, T>> =>
  Object.fromEntries(ROLLOUT_HANDLERS.map((handler) => [handler, make(handler)])) as Record<RolloutHandler, T>;

/** Names that must be known before the resource exists, so that no circle of references arises. */
function namesOf(
  plane: GreenlightControlPlane,
  hasDashboard: boolean,
): Pick<AppResources, 'stack' | 'plane' | 'stateMachineName' | 'stateMachineArn' | 'dashboardName'> {
  const stack = Stack.of(plane);
  const others = stack.node.findAll().filter((one) => one instanceof GreenlightControlPlane && one !== plane);
  if (others.length > 0)
    throw new Error(`the stack ${stack.stackName} has a Greenlight already; one serves many endpoints`);
  const stateMachineName = `${plane.name}-rollout`;
  const stateMachineArn = stack.formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: stateMachineName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  // Dashboards of an account share one list of names in all its regions.
  const dashboardName = hasDashboard ? `${plane.name}-${Aws.REGION}` : '';
  return { stack, plane: plane.name, stateMachineName, stateMachineArn, dashboardName };
}
