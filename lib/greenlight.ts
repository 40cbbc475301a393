import { type HandlerName, ROLLOUT_HANDLERS, type RolloutHandler, HANDLERS } from './handlers';
import { ArnFormat, CustomResource, Duration, Lazy, Names, RemovalPolicy, Stack, Token, Aws } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { EndpointSettings, EndpointSettingsInput } from '../lambdas/contract/endpoint-settings';
import { DEFAULT_FEEDBACK_DAYS } from '../lambdas/contract/feedback-days';
import { AppAlarms } from './alarms';
import type { AppResources } from './app-resources';
import { Dashboard } from './dashboard/dashboard';
import { Endpoint } from './endpoint';
import { EndpointAlarms } from './endpoint-alarms';
import type { GreenlightProps } from './greenlight-props';
import { HandlerFunction, type HandlerFunctionProps } from './handler-function';
import { ModelServerFunction } from './model-server-function';
import { accept } from './nag-reasons';
import { NoticeTopic } from './notices';
import { checkSettings } from './settings/check-settings';
import { type EndpointHooks, withHooks } from './settings/hook-functions';
import { SettingsRefused } from './settings/settings-refused';
import { Storage } from './storage';
import { Triggers } from './triggers';
import { RolloutMachine } from './workflow/rollout-machine';

/** Where an event ends that no handler could be given; an alarm watches it. One for all handlers that run on events. */
class DeadLetters extends Construct {
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    accept(this.queue, 'AwsSolutions-SQS3', 'This queue is the dead-letter queue.');
  }
}

/** Names of the deployed app that only synth time decides. */

/** The stack's part of names that must be known before the resource exists, so that no circle of references arises. */
const stateMachineName = (app: string): string => `${app}-rollout`;

/** Dashboards of an account share one list of names in all its regions. */
const dashboardName = (app: string): string => `${app}-${Aws.REGION}`;

export interface AddEndpointOptions {
  /**
   * Serve with this function instead of the built-in model server. It must answer the same protocol; memory and timeout
   * are its own.
   * @default - the built-in model server
   */
  readonly function?: lambda.Function;
  /**
   * Functions that say whether a rollout may go on, at three moments of it. `settings.hooks` takes them by name.
   * @default - none
   */
  readonly hooks?: EndpointHooks;
  /**
   * Whether that function counts its answers as the built-in model server does: the same metrics, and a failure on purpose for
   * a rollout that asks. Then every gate judges it; examples/python-endpoint shows how.
   * @default false: judged by what Lambda counts, and by gates.custom
   */
  readonly countsAnswers?: boolean;
}

/**
 * Judged blue/green rollouts of models: a bucket to upload them to, a state machine that rolls them out, and whatever
 * keeps users on a good version when something fails. One per stack.
 */
export class Greenlight extends Construct {
  /** Models are uploaded under models/<endpoint>/. */
  readonly bucket: IBucket;
  readonly table: ITable;
  readonly stateMachine: IStateMachine;
  /** Notices of rollouts, requests for approval, alarms. */
  readonly notices: ITopic;
  /** Where an event ends that could not be delivered; it has an alarm. */
  readonly deadLetters: sqs.IQueue;
  /** Chats and pagers that are told, by their paths: each `NoticeChannel` adds itself. */
  readonly channels: string[] = [];
  /** Where people watch rollouts in the console; undefined without a dashboard. */
  readonly dashboardUrl?: string;
  private readonly storage: Storage;
  private readonly handlers: Readonly<Record<RolloutHandler, HandlerFunction>>;
  private readonly dashboard?: Dashboard;
  private readonly app: AppResources;
  private readonly endpoints = new Map<string, Endpoint>();
  private readonly props: GreenlightProps & {
    readonly architecture: lambda.Architecture;
    readonly logRetention: RetentionDays;
    readonly reconcileEvery: Duration;
  };

  /** Throws SettingsRefused with every problem of all `endpoints`. */
  constructor(scope: Construct, id: string, props: GreenlightProps = {}) {
    super(scope, id);
    const settings = checkSettings(props.endpoints ?? []);
    const { architecture = lambda.Architecture.ARM_64, logRetention = RetentionDays.ONE_MONTH } = props;
    const { reconcileEvery = Duration.minutes(5), teardownEvery = Duration.hours(1) } = props;
    this.props = { ...props, architecture, logRetention, reconcileEvery };

    const storage = (this.storage = new Storage(this, 'Storage', {
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    }));
    const { topic, key } = new NoticeTopic(this, 'Notices', { topic: props.topic, email: props.alarmEmail });
    const deadLetters = (this.deadLetters = new DeadLetters(this, 'DeadLetters').queue);
    this.app = {
      ...appNames(this, props.dashboard !== false),
      bucket: storage.bucket,
      table: storage.table,
      topic,
      topicKey: key,
    };
    const make = (handler: HandlerName, environment: HandlerFunctionProps['environment'] = {}) =>
      new HandlerFunction(this, handler, {
        handler,
        app: this.app,
        architecture,
        logRetention,
        deadLetters,
        environment,
        reservedConcurrency: 'safety' in HANDLERS[handler] ? reservedForSafety(props) : undefined,
      });
    this.handlers = eachHandler((handler) => make(handler));
    const machine = new RolloutMachine(this, 'Rollout', {
      name: this.app.stateMachineName,
      functions: eachHandler((handler) => this.handlers[handler].function),
      logRetention,
    }).machine;

    const restoreBlue = this.handlers['restore-blue'];
    const safetyNet = this.handlers['safety-net'];
    const reconcile = this.handlers.reconcile;
    new Triggers(this, 'Triggers', {
      app: this.app,
      startRollout: this.handlers['start-rollout'],
      safetyNet,
      reconcile,
      teardownIdle: this.handlers['teardown-idle'],
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
        name: this.app.dashboardName,
        stateMachineName: this.app.stateMachineName,
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
    this.checkEndpointsFirst();
    for (const one of settings) this.serve(one);
  }

  /** Adds an endpoint. Throws SettingsRefused with every problem of its settings. */
  addEndpoint(settings: EndpointSettingsInput, options: AddEndpointOptions = {}): Endpoint {
    const [checked] = checkSettings([settings], [...this.endpoints.keys()]);
    const { name, gates, captureSampleRate } = checked as EndpointSettings;
    const { countsAnswers = false } = options;
    if (options.function !== undefined && captureSampleRate === 'auto')
      throw new SettingsRefused([
        `${name}: captureSampleRate is "auto", which the built-in model server alone can follow; for a function of your own give the share, 0 to 1, that it finds in GREENLIGHT_CAPTURE_RATE`,
      ]);
    if (options.function !== undefined && !countsAnswers && gates.predictions !== false)
      throw new SettingsRefused([
        `${name}: gates.predictions must be false for a function of your own that does not count its answers (countsAnswers): the gate could never be proven and no canary could pass`,
      ]);
    return this.serve(withHooks(checked as EndpointSettings, options.hooks), options.function, countsAnswers);
  }

  /** The endpoint of that name. Throws when there is none. */
  endpoint(name: string): Endpoint {
    const found = this.endpoints.get(name);
    if (found === undefined)
      throw new Error(`no endpoint "${name}"; there are: ${[...this.endpoints.keys()].join(', ')}`);
    return found;
  }

  /**
   * A deploy that takes an endpoint away, or gives it another function, is refused while that is in use, and before the
   * handlers lose their rights to it: with those a rollout could neither go on nor be put back.
   */
  private checkEndpointsFirst(): void {
    const { function: handler } = this.handlers['live-alias'];
    const check = new CustomResource(this, 'EndpointsInUse', {
      resourceType: 'Custom::GreenlightEndpointsInUse',
      serviceToken: handler.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: {
        Served: Lazy.any({
          produce: () => Object.fromEntries([...this.endpoints].map(([name, one]) => [name, one.function.node.addr])),
        }),
      },
    });
    check.node.addDependency(this.handlers['live-alias']);
    for (const [name, { role }] of Object.entries(this.handlers))
      if (name !== 'live-alias') role.node.findChild('DefaultPolicy').node.addDependency(check);
  }

  private serve(settings: EndpointSettings, own?: lambda.Function, countsAnswers = false): Endpoint {
    const counts = own === undefined || countsAnswers;
    const { architecture, logRetention, functionUrlAuth = lambda.FunctionUrlAuthType.AWS_IAM } = this.props;
    const id = `Endpoint-${settings.name}`;
    const served =
      own ?? new ModelServerFunction(this, `${id}-Server`, { settings, architecture, logRetention }).function;
    const endpoint = new Endpoint(this, id, {
      app: this.app,
      settings,
      function: served,
      builtIn: counts,
      takesLabels: own === undefined,
      functionUrlAuth,
      liveAliasHandler: this.handlers['live-alias'],
      neededByRollouts: this.stateMachine,
    });
    for (const handler of Object.values(this.handlers)) handler.serve(endpoint);
    if (settings.goldenSet !== undefined) this.storage.protect(settings.goldenSet.key);
    const { alarms } = settings;
    const resources = { settings, function: served, builtIn: counts };
    const watched =
      alarms !== false &&
      new EndpointAlarms(endpoint, 'Alarms', {
        endpoint: resources,
        alarms,
        topic: this.notices,
        reconcileEvery: this.props.reconcileEvery,
      });
    if (own === undefined) {
      const { feedback } = settings;
      this.storage.expireLabels(settings.name, feedback === false ? DEFAULT_FEEDBACK_DAYS : feedback.keepDays);
    }
    this.dashboard?.serve(resources, watched === false ? [] : watched.all);
    this.endpoints.set(settings.name, endpoint);
    return endpoint;
  }
}

function reservedForSafety({ reservedForSafety: wanted }: GreenlightProps): number | undefined {
  if (wanted === undefined || (Number.isInteger(wanted) && wanted >= 1)) return wanted;
  throw new Error(`reservedForSafety is ${wanted}: must be a whole number of at least 1`);
}

const eachHandler = <T>(make: (handler: RolloutHandler) => T): Readonly<Record<RolloutHandler, T>> =>
  Object.fromEntries(ROLLOUT_HANDLERS.map((handler) => [handler, make(handler)])) as Record<RolloutHandler, T>;

/** Names come from the stack's; the state machine's may have 80 characters, of which `-rollout` takes 8. */
function appNames(
  scope: Greenlight,
  hasDashboard: boolean,
): Pick<AppResources, 'stack' | 'stateMachineName' | 'stateMachineArn' | 'dashboardName'> {
  const stack = Stack.of(scope);
  const others = stack.node.findAll().filter((construct) => construct instanceof Greenlight && construct !== scope);
  if (others.length > 0)
    throw new Error(`the stack ${stack.stackName} has a Greenlight already; one serves many endpoints`);
  const usable = !Token.isUnresolved(stack.stackName) && stack.stackName.length <= 72;
  const app = usable ? stack.stackName : Names.uniqueResourceName(scope, { maxLength: 72, separator: '-' });
  const name = stateMachineName(app);
  const stateMachineArn = stack.formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return { stack, stateMachineName: name, stateMachineArn, dashboardName: hasDashboard ? dashboardName(app) : '' };
}
