import { Duration } from 'aws-cdk-lib';
import type { ENV } from '../lambdas/contract/names';
import { type StateName, STATES } from '../lambdas/domain/workflow';
import {
  type Right,
  answerRollouts,
  askAboutRollouts,
  bookkeeping,
  callHooksElsewhere,
  close,
  countSubscribers,
  countUnavailable,
  endpointFunction,
  findModels,
  handOutWork,
  judge,
  keepClassNames,
  listRollouts,
  lookUp,
  ownRollout,
  publishEvents,
  readCapturedRequests,
  readGoldenSet,
  readLimits,
  readMetrics,
  readModels,
  readReplay,
  readSamples,
  readStream,
  readVetoAlarms,
  restore,
  seePinnedModels,
  sendNotices,
  startRollouts,
  stopRollouts,
  table,
  takeWork,
  tellMissingObjects,
  watchWaiting,
  writeRecords,
} from './permissions/rights';
import { WORK_TIMEOUT } from './queues';

/**
 * Until an endpoint is registered. Forty requests, each up to a minute for its rights, ten at a time as in a new
 * account, take four; Lambda's waits between two tries grow to five more.
 */
export const DEPLOY_WAITS = Duration.minutes(15);

/** `events`: no caller waits for an answer, so that AWS retries it, and what fails for good is a dead letter. */
type WhoCalls = 'workflow' | 'events' | 'deploy' | 'dashboard';

interface HandlerRow {
  /** The function's description, and of a state of its own the comment. */
  readonly does: string;
  readonly env?: readonly (keyof typeof ENV)[]; // beside the table's name
  readonly rights: readonly Right[];
  /** @default a minute */
  readonly timeout?: Duration;
  /** @default 512 */
  readonly memoryMB?: number;
  /** It puts blue back, when all else has failed. */
  readonly safety?: true;
  /** Of a call that AWS turns away; eight wait 26 s on average, and give way to what people wait for. @default 4 */
  readonly attempts?: number;
}

const calledBy =
  <C extends WhoCalls>(by: C) =>
  ({ env = [], timeout = Duration.seconds(60), memoryMB = 512, attempts, ...more }: HandlerRow) => ({
    attempts,
    calledBy: by,
    states: [] as readonly never[],
    env: ['table' as const, ...env],
    timeout,
    memoryMB,
    ...more,
  });
/** @param states those of the state machine that call it */
const state = <S extends StateName>(states: S | readonly S[], handler: HandlerRow) => ({
  ...calledBy('workflow')(handler),
  states: typeof states === 'string' ? [states] : states,
});
const events = calledBy('events');

/**
 * Every function but the endpoints' own. A row is one function, one role, one file in lambdas/handlers: who calls it,
 * how long and how large it is, what it is told, and what it may do and nothing else.
 */
export const HANDLERS = {
  'start-rollout': events({
    does: 'Starts a rollout for an uploaded model',
    env: ['bucket', 'stateMachine'],
    rights: [...bookkeeping, readModels, tellMissingObjects, startRollouts, askAboutRollouts, writeRecords],
  }),
  'validate-model': state(STATES.validateModel, {
    does: 'Reads the input and checks the model before anything changes',
    env: ['bucket', 'stateMachine', 'atOnce'],
    // Reads the whole model once to hash it and look inside.
    timeout: Duration.minutes(5),
    memoryMB: 1024,
    rights: [
      ...bookkeeping,
      findModels,
      readModels,
      readGoldenSet,
      readVetoAlarms,
      endpointFunction('GetAlias', 'GetFunction', 'InvokeFunction'),
      askAboutRollouts,
      stopRollouts,
    ],
  }),
  'deploy-green': state(STATES.deployGreen, {
    does: 'Publishes the model as a new version: green',
    env: ['bucket'],
    timeout: Duration.minutes(5),
    rights: [
      ownRollout,
      endpointFunction('GetFunction', 'UpdateFunctionConfiguration', 'PublishVersion'),
      endpointFunction('PutProvisionedConcurrencyConfig', 'GetProvisionedConcurrencyConfig'),
      keepClassNames,
    ],
  }),
  'verify-green': state(STATES.verifyGreen, {
    does: 'Tests green before any user sees it',
    env: ['bucket'],
    timeout: Duration.minutes(10),
    rights: [
      table('GetItem'),
      ownRollout,
      endpointFunction('GetFunction', 'GetProvisionedConcurrencyConfig', 'InvokeFunction'),
      // Of the preview alias and its URL: Lambda checks aliases against the function, so that no one is named alone.
      endpointFunction('GetAlias', 'UpdateAlias', 'GetFunctionUrlConfig'),
      readGoldenSet,
      // A golden set that is gone, and whether there is the usual file of samples.
      tellMissingObjects,
      readMetrics,
    ],
  }),
  'replay-traffic': state(STATES.replayTraffic, {
    does: 'Asks both versions the same requests, and compares them pair by pair',
    env: ['bucket'],
    timeout: Duration.minutes(5),
    memoryMB: 1024,
    rights: [
      table('GetItem'),
      ownRollout,
      endpointFunction('InvokeFunction'),
      readCapturedRequests,
      readSamples,
      readLimits,
      readMetrics,
      tellMissingObjects,
      writeRecords,
      readReplay,
    ],
  }),
  'call-hook': state([STATES.callHookBeforeTraffic, STATES.callHookBeforePromotion, STATES.callHookAfterPromotion], {
    does: "Asks a function of the endpoint's own whether the rollout may go on",
    // It waits for ten minutes at most.
    timeout: Duration.minutes(11),
    rights: [ownRollout, callHooksElsewhere],
  }),
  'shift-traffic': state(STATES.shiftTraffic, {
    does: 'Gives green its next share of live traffic',
    rights: [ownRollout, endpointFunction('GetAlias', 'UpdateAlias')],
  }),
  'judge-canary': state(STATES.judgeCanary, {
    does: "Compares green's minutes with blue's",
    env: ['bucket'],
    timeout: Duration.minutes(2),
    rights: judge,
  }),
  'await-approval': state(STATES.awaitApproval, { does: 'Asks a person for approval', rights: [ownRollout] }),
  'promote-green': state(STATES.promoteGreen, {
    does: 'Points the live alias at green',
    env: ['bucket'],
    // And an alias of its own that keeps blue from being deleted.
    rights: [table('GetItem'), ownRollout, endpointFunction('CreateAlias', 'GetAlias', 'UpdateAlias'), seePinnedModels],
  }),
  'judge-live': state(STATES.judgeLive, {
    does: 'Watches green after promotion',
    env: ['bucket'],
    rights: judge,
  }),
  'finish-rollout': state(STATES.finishRollout, {
    does: 'Closes the record and starts what waited',
    env: ['bucket', 'stateMachine'],
    rights: close,
  }),
  'discard-green': state(STATES.discardGreen, {
    does: 'Deletes green after a dry run',
    // And the preview back from green: Lambda deletes no version that an alias names.
    rights: [
      table('GetItem', 'UpdateItem'),
      endpointFunction('DeleteFunction'),
      endpointFunction('GetAlias', 'UpdateAlias'),
    ],
  }),
  'restore-blue': state([STATES.abortRollout, STATES.revertRollout], {
    does: 'Puts blue back and says why',
    env: ['bucket', 'stateMachine'],
    rights: restore,
    safety: true,
  }),
  'safety-net': events({
    does: 'Puts blue back when a rollout was stopped from outside',
    env: ['bucket', 'stateMachine'],
    rights: restore,
    safety: true,
  }),
  'hand-out-work': events({
    does: 'Sends a message for each endpoint: to be reconciled, or to be torn down',
    env: ['reconcileQueue', 'teardownQueue', 'waves'],
    rights: [lookUp, handOutWork],
  }),
  reconcile: events({
    does: 'Finds endpoints left half-shifted, and puts blue back',
    attempts: 8,
    env: ['bucket', 'stateMachine', 'waves'],
    timeout: WORK_TIMEOUT,
    rights: [takeWork('reconcile'), findModels, ...restore, listRollouts, countUnavailable, ...watchWaiting],
    safety: true,
  }),
  'teardown-idle': events({
    does: 'Deletes versions that nothing needs any more',
    attempts: 8,
    timeout: WORK_TIMEOUT,
    rights: [
      takeWork('teardown'),
      table('GetItem', 'Query', 'PutItem'),
      endpointFunction('ListVersionsByFunction', 'ListAliases', 'DeleteFunction'),
      // An endpoint whose setting went back to none may have versions that still hold some, and cost.
      endpointFunction('ListProvisionedConcurrencyConfigs', 'DeleteProvisionedConcurrencyConfig'),
    ],
  }),
  'live-alias': calledBy('deploy')({
    does: 'Creates the live alias once, stores the settings, starts a rollout when code or settings changed',
    env: ['stateMachine', 'waves'],
    // A minute until new policies are everywhere, and what it has to do before and after.
    timeout: Duration.minutes(3),
    rights: [
      table('PutItem', 'DeleteItem'),
      lookUp,
      // And, as an endpoint goes: no rollout of it runs on, and no green keeps a share of traffic.
      endpointFunction('GetAlias', 'CreateAlias', 'PublishVersion', 'GetFunction', 'UpdateAlias'),
      startRollouts,
      stopRollouts,
      askAboutRollouts,
    ],
  }),
  announce: events({
    does: 'Publishes what was announced, to people and programs',
    env: ['topic', 'stateMachine', 'dashboard'],
    rights: [table('GetItem', 'UpdateItem', 'DeleteItem', 'Query'), readStream, publishEvents, sendNotices],
  }),
  'dashboard-view': calledBy('dashboard')({
    does: "Shows the dashboard's widgets, and changes nothing",
    env: ['stateMachine', 'topic'],
    timeout: Duration.seconds(30),
    rights: [lookUp, endpointFunction('GetAlias'), askAboutRollouts, readMetrics, countSubscribers],
  }),
  // It waits for blue to be back after an abort.
  'dashboard-act': calledBy('dashboard')({
    does: 'Carries out what a person clicks on the dashboard',
    env: ['stateMachine'],
    timeout: Duration.seconds(60),
    // And the teardown's function, by its ARN: see lib/dashboard.
    rights: [
      lookUp,
      table('PutItem'),
      endpointFunction('GetAlias', 'GetFunction'),
      askAboutRollouts,
      startRollouts,
      stopRollouts,
      answerRollouts,
    ],
  }),
} as const;

type Handlers = typeof HANDLERS;
export type HandlerName = keyof Handlers;
type CalledBy<C extends WhoCalls> = { [N in HandlerName]: Handlers[N]['calledBy'] extends C ? N : never }[HandlerName];
export type WorkflowHandler = CalledBy<'workflow'>;
/** Behind the dashboard's widgets. */
export type DashboardHandler = CalledBy<'dashboard'>;
/** What every app has: it rolls out, and keeps users safe. */
export type RolloutHandler = Exclude<HandlerName, DashboardHandler>;
/** A state that calls a handler. */
export type TaskState = Handlers[WorkflowHandler]['states'][number];

export const HANDLER_NAMES = Object.keys(HANDLERS) as readonly HandlerName[];
const names = <N extends HandlerName>(...by: readonly WhoCalls[]): readonly [N, ...N[]] =>
  HANDLER_NAMES.filter((name) => by.includes(HANDLERS[name].calledBy)) as unknown as readonly [N, ...N[]];
export const WORKFLOW_HANDLERS = names<WorkflowHandler>('workflow');
export const DASHBOARD_HANDLERS = names<DashboardHandler>('dashboard');
export const ROLLOUT_HANDLERS = names<RolloutHandler>('workflow', 'events', 'deploy');

export const handlerOf = (state: TaskState): WorkflowHandler =>
  WORKFLOW_HANDLERS.find((name) => (HANDLERS[name].states as readonly StateName[]).includes(state))!;
