import { HANDLER_METADATA } from '../lambdas/contract/names';
import { AlarmEvaluator } from './alarms';
import { clientsFor, type ClientWorld } from './client';
import { CustomResources } from './deploy/custom-resource';
import { EngineStack } from './deploy/deployer';
import type { Stage } from './deploy/stage';
import { EventSources } from './event-sources';
import { EngineEventBus } from './events';
import { HandlerRuntime, type EngineHandler } from './handler-runtime';
import { Hooks } from './hooks';
import { ResourcePolicies } from './iam/resource-policies';
import { Invocations } from './invocations';
import { Permissions } from './permissions';
import { Quotas } from './quotas';
import { seededRandom } from './random';
import type { FunctionRuntime } from './runtime/function-runtime';
import { Schedules } from './schedules';
import type { WorldContext } from './service';
import { CloudWatchService, type CloudWatchOptions } from './services/cloudwatch-service';
import { DynamoDbService } from './services/dynamodb-service';
import { EventBridgeService } from './services/eventbridge-service';
import { LambdaService } from './services/lambda-service';
import type { InvokerOptions } from './services/lambda/invoker';
import { S3Service } from './services/s3-service';
import { SnsService } from './services/sns-service';
import { SqsService } from './services/sqs-service';
import { StateMachineService } from './state-machines';
import type { Template, TemplateResource } from './template';
import { VirtualClock } from './virtual-clock';

export interface WorldOptions {
  /** The synthesised template, deployed by the first `deploy()`. */
  readonly template: Template;
  /** The app's handlers by the name in the function's `greenlight:handler` metadata. @default - none */
  readonly handlers?: Readonly<Record<string, EngineHandler>>;
  /**
   * What runs functions with any other name there, such as the model server, or with none. @default - they fail by name
   */
  readonly runtime?: FunctionRuntime;
  /** The same seed gives the same world. @default 1 */
  readonly seed?: number | string;
  /** Milliseconds since 1970. @default 2026-11-23T09:00:00Z */
  readonly startTime?: number;
  /** @default '123456789012' */
  readonly account?: string;
  /** @default 'eu-west-1' */
  readonly region?: string;
  /** @default 'greenlight' */
  readonly stackName?: string;
  /** Values of the template's parameters. @default - their defaults */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly cloudwatch?: CloudWatchOptions;
  readonly lambda?: InvokerOptions;
  /** Seconds until a policy that was written is everywhere: code that is called before is refused. @default 0 */
  readonly policiesSettleInSeconds?: number;
}

export type World = ReturnType<typeof createWorld>;

const START_TIME = Date.parse('2026-11-23T09:00:00Z');

/**
 * An account of AWS inside this process, with one stack, and others beside it. Nothing is shared between worlds. Time
 * stands still except while `deploy`, `run`, `runFor`, `runUntil` or a scaled driver is at work.
 */
export function createWorld(options: WorldOptions) {
  const account = options.account ?? '123456789012';
  const region = options.region ?? 'eu-west-1';
  const stackName = options.stackName ?? 'greenlight';
  const clock = new VirtualClock(options.startTime ?? START_TIME);
  const random = seededRandom(options.seed ?? 1);
  const hooks = new Hooks();
  // What came later draws for itself, so that the same seed goes on telling the same story.
  const drawsOf = (whose: string) => seededRandom(`${whose} ${options.seed ?? 1}`);
  const quotas = new Quotas(clock, drawsOf('quotas'));
  const resourcePolicies = new ResourcePolicies(account);
  const permissions = new Permissions(account, clock, resourcePolicies);
  permissions.settlesInSeconds = options.policiesSettleInSeconds ?? 0;

  // The bus and the services need each other: events are put on it through this function, once it exists.
  const context: WorldContext & { readonly clock: VirtualClock } = {
    ...{ clock, account, region, random },
    emit: (event) => events.emit(event),
  };
  const cloudwatch = new CloudWatchService(context, options.cloudwatch);
  const lambda = new LambdaService(context, cloudwatch, options.lambda);
  const [s3, dynamodb] = [new S3Service(context), new DynamoDbService(context)];
  const sns = new SnsService(context);
  const eventbridge = new EventBridgeService(context);
  const arnOf = (name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`;
  const invocations = new Invocations(lambda, permissions, clock, arnOf);
  const eventSources = new EventSources(clock, random, permissions, invocations);
  dynamodb.onStream = (record) => eventSources.add(record);
  const sqs = new SqsService(clock, drawsOf('sqs'), permissions, invocations);
  const stateMachines = new StateMachineService(context, (...task) =>
    quotas.on ? quotas.transit().then(() => invocations.asTask(...task)) : invocations.asTask(...task),
  );
  const sentOut: { readonly destinationArn: string; readonly body: unknown }[] = [];
  const sendOut = async (destinationArn: string, body: unknown) => void sentOut.push({ destinationArn, body });
  const deliver = (arn: string, input: unknown): Promise<void> =>
    arn.includes(':api-destination/')
      ? sendOut(arn, input)
      : arn.startsWith('arn:aws:sns:')
        ? sns.call('Publish', { TopicArn: arn, Message: JSON.stringify(input) }, { kind: 'user' }).then(() => undefined)
        : invocations.asEvent(arn, input);
  const events = new EngineEventBus(context, deliver);
  const schedules = new Schedules(clock, random, (schedule) =>
    invocations.asScheduled(schedule, () => deliver(schedule.targetArn, schedule.input)),
  );
  const alarms = new AlarmEvaluator(clock, cloudwatch, invocations.lettersIn, (topicArn, alarm) => {
    const sourceArn = `arn:aws:cloudwatch:${region}:${account}:alarm:${alarm}`;
    return resourcePolicies.publishRefused(topicArn, { principal: 'cloudwatch.amazonaws.com', sourceArn });
  });
  const customResources = new CustomResources(invocations, clock);

  const services = { lambda, s3, dynamodb, cloudwatch, sfn: stateMachines, sns, sqs, eventbridge } as const;
  const clientWorld: ClientWorld = {
    ...{ clock, services, permissions, resourcePolicies, hooks, quotas, callMs: () => 0 },
    place: { account, region, stateMachineOfToken: (token) => stateMachines.tokens.stateMachineOf(token) },
  };
  const clientsOf = (logicalId: string, attempts?: number) =>
    clientsFor({ kind: 'function', logicalId }, clientWorld, attempts);
  const handlerWorld = { clock, hooks, clientsOf, fetch: customResources.fetch };
  const runtimeFor = ({ Metadata }: TemplateResource): FunctionRuntime => {
    const name = (Metadata?.[HANDLER_METADATA] ?? '') as string;
    const create = options.handlers && Object.hasOwn(options.handlers, name) ? options.handlers[name] : undefined;
    if (create) return new HandlerRuntime(name, create, handlerWorld);
    return options.runtime ?? missingRuntime(name);
  };
  const stage: Stage = {
    ...{ account, region, stackName, idPrefix: '', parameterStore: new Map() },
    ...{ clock, lambda, s3, dynamodb, cloudwatch, alarms, sns, sqs },
    ...{ stateMachines, events, eventSources, schedules, invocations, customResources, runtimeFor },
  };
  const stacks: EngineStack[] = [];
  const loadPolicies = (): void => {
    const deployed = stacks.flatMap((one) => one.deployed);
    permissions.load(deployed);
    resourcePolicies.load(deployed);
  };
  const made = (name: string, idPrefix: string): EngineStack => {
    const one = new EngineStack({ ...stage, stackName: name, idPrefix }, loadPolicies, options.parameters);
    stacks.push(one);
    return one;
  };
  const stack = made(stackName, '');
  const beside = new Map<string, EngineStack>();

  return {
    ...{
      clock,
      random,
      hooks,
      quotas,
      permissions,
      alarms,
      services,
      events,
      eventSources,
      schedules,
      invocations,
      stack,
    },
    /** Clients of a person with all rights, whom no policy of a resource refuses anything. */
    user: clientsFor({ kind: 'user' }, clientWorld),
    /** Clients of a person with all rights whose role or session has these tags. */
    person: (tags: Readonly<Record<string, string>>) => clientsFor({ kind: 'user', tags }, clientWorld),
    /** Clients with the rights of a deployed function, as its handler gets them. */
    clientsOf: clientsOf,
    /** World milliseconds that every SDK call takes, or one of each service, from now on. */
    setCallTime: (ms: number | ClientWorld['callMs']) =>
      void (clientWorld.callMs = typeof ms === 'number' ? () => ms : ms),
    /** What went to API destinations, which are outside of AWS. */
    sentOut: sentOut as readonly (typeof sentOut)[number][],
    /** Every execution, in order of start. */
    executions: stateMachines.executions,
    timeline: (executionArn: string) => stateMachines.timeline(executionArn),
    /** Deploys the world's template, or another one over it, and lets time pass while that takes. */
    deploy: (template: Template = options.template) => clock.run(stack.deploy(template)),
    /** Another stack of the account, by its name; it is empty until something is deployed to it. */
    stackBeside: (name: string): EngineStack => {
      const found = beside.get(name) ?? made(name, `${name}/`);
      beside.set(name, found);
      return found;
    },
    /** Deletes the stack, as a person does who wants it no more. */
    destroy: () => clock.run(stack.destroy()),
    run: clock.run.bind(clock),
    runFor: clock.runFor.bind(clock),
    runUntil: clock.runUntil.bind(clock),
    scaled: clock.scaled.bind(clock),
    /** Stops the runtimes of functions. */
    stop: () => lambda.stop(),
  };
}

/** Stands in for code that the world was not given: every invocation fails and says so. */
function missingRuntime(handler: string): FunctionRuntime {
  const errorMessage = `this world has no handler '${handler}' and no runtime for it`;
  return {
    invoke: async (_version, events) =>
      events.map(() => ({ ok: false, errorType: 'Runtime.ImportModuleError', errorMessage, logs: [], durationMs: 0 })),
    stop: async () => undefined,
  };
}
