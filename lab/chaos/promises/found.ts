import type { EndpointConfig } from '../../../lambdas/contract/endpoint-settings';
import {
  EVIDENCE_DOCUMENT,
  OUTBOX_PARTITION,
  PREVIEW_ALIAS,
  ROLLOUTS_PREFIX,
  EVENT_SOURCE,
} from '../../../lambdas/contract/names';
import { type KeptReplay, keptReplaySchema } from '../../../lambdas/contract/replay';
import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import { type TransitionEvent, transitionEventSchema } from '../../../lambdas/contract/transition-event';
import type { Lock } from '../../../lambdas/adapters/dynamodb/locks';
import { dynamodbWaves } from '../../../lambdas/adapters/dynamodb/waves';
import type { Wave } from '../../../lambdas/domain/waves';
import type { Upload, WaitingDeploy } from '../../../lambdas/adapters/dynamodb/uploads';
import type { Execution } from '../../../simulator/states/execution';
import type { AlarmChange } from '../../../simulator/alarms';
import type { EndpointPlan } from '../plan/plan';
import type { Played } from '../run/run-plan';
import type { AliasChange, AliasSays, Story } from '../world/story';

/** A promise by its number in the documentation, and what was seen instead. */
export interface Breach {
  readonly promise: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14;
  readonly what: string;
}

/** An endpoint as it was left. */
export interface EndpointFound {
  readonly plan: EndpointPlan;
  readonly config: EndpointConfig;
  readonly alias: AliasSays;
  /** The version that the preview names, where there is one. */
  readonly preview?: string;
  /** Lambda's state of the live version; `missing` when there is no such version. */
  readonly state: string;
  /** Versions that exist, serve a model, and whose model's object is there. */
  readonly canServe: readonly string[];
  /** S3 version id of the model that the live version serves. */
  readonly modelVersionId?: string;
  readonly lock?: Lock;
  readonly waiting?: Upload;
  readonly waitingDeploy?: WaitingDeploy;
  readonly records: readonly RolloutRecord[];
  /** What was kept of each rollout's replay, by its id. */
  readonly replays: ReadonlyMap<string, KeptReplay>;
  /** What happened to its alias, in order. */
  readonly aliases: readonly AliasChange[];
  /** A person moved the alias in this run: where it points then is their doing. */
  readonly moved: boolean;
}

/** Everything that the promises are checked against. */
export interface Found {
  readonly story: Story;
  /** Of the models. */
  readonly bucket: string;
  readonly faultsFrom: number;
  readonly faultsUntil: number;
  readonly endedAt: number;
  readonly cameToRest: boolean;
  readonly endpoints: readonly EndpointFound[];
  /** Records of what belongs to no endpoint. */
  readonly strays: readonly RolloutRecord[];
  readonly executions: readonly Execution[];
  readonly notices: readonly string[];
  /** Each copy of an event and of a notice that was published, by the id of what it tells. */
  readonly told: readonly Told[];
  /** Announcements that were not published. */
  readonly untold: readonly string[];
  /** Events that a handler failed on for good, as text. */
  readonly deadLetters: readonly string[];
  /** How far deploys of other code have come. */
  readonly waves: readonly Wave[];
  /** Changes of the app's own alarms, and what became of their actions. */
  readonly alarms: readonly AlarmChange[];
}

export interface Told {
  readonly channel: 'event' | 'notice';
  readonly id: string;
  readonly at: number;
  /** Of an event. */
  readonly detail?: TransitionEvent;
}

interface VersionAnswer {
  readonly State?: string;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

export async function look({ stage, faultsFrom, faultsUntil, cameToRest }: Played): Promise<Found> {
  const { world, story, plan } = stage;
  const lost = new Set(story.deploys.filter(({ refused }) => refused === undefined).map(({ endpoint }) => endpoint));
  const left = plan.endpoints.filter(({ name }) => !lost.has(name));
  const endpoints = await world.run(Promise.all(left.map((endpoint) => lookAt(stage, endpoint))));
  return {
    bucket: stage.app.bucket,
    ...{ story, faultsFrom, faultsUntil, cameToRest, endpoints, endedAt: stage.now },
    strays: await world.run(stage.records.listRecords('none', 50)),
    executions: world.executions,
    notices: world.services.sns.messages.map(({ subject, message }) => `${subject ?? ''}\n${message}`),
    told: toldIn(stage),
    untold: world.services.dynamodb
      .items(world.stack.ref(world.stack.idsOf('AWS::DynamoDB::Table')[0] ?? ''))
      .filter(({ pk }) => pk === OUTBOX_PARTITION)
      .map(({ sk }) => `${sk as string}`),
    waves: await world.run(dynamodbWaves(stage.context).listWaves()),
    alarms: world.alarms.history,
    deadLetters: world.invocations.deadLetters.map(({ event }) => JSON.stringify(event)),
  };
}

function toldIn({ world }: Played['stage']): readonly Told[] {
  const events = world.events.history
    .filter(({ source }) => source === EVENT_SOURCE)
    .map(({ detail, publishedAt }) => {
      const event = transitionEventSchema.parse(detail);
      return { channel: 'event', id: event.id, at: publishedAt, detail: event } as const;
    });
  const notices = world.services.sns.messages
    .filter(({ attributes }) => attributes?.['id'] !== undefined)
    .map(({ attributes, atMs }) => ({ channel: 'notice', id: attributes?.['id'] ?? '', at: atMs }) as const);
  return [...events, ...notices];
}

function replaysOf(
  { app, world: { services } }: Played['stage'],
  records: readonly RolloutRecord[],
): ReadonlyMap<string, KeptReplay> {
  const replayed = records.filter(({ state }) => (state?.replay?.asked ?? 0) > 0);
  return new Map(
    replayed.map(({ id, endpoint }) => {
      const key = `${ROLLOUTS_PREFIX}${endpoint}/${id}/${EVIDENCE_DOCUMENT.replay}`;
      return [id, keptReplaySchema.parse(JSON.parse(Buffer.from(services.s3.readBytes(app.bucket, key)).toString()))];
    }),
  );
}

async function lookAt(stage: Played['stage'], plan: EndpointPlan): Promise<EndpointFound> {
  const { name } = plan;
  const { lambda } = stage.world.services;
  const config = await stage.settings.findSettings(name);
  if (!config) throw new Error(`the settings of ${name} are gone`);
  const FunctionName = config.functionName;
  const person = { kind: 'user' } as const;
  const said = (await lambda.call('GetAlias', { FunctionName, Name: 'live' }, person)) as {
    readonly FunctionVersion: string;
    readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
  };
  const preview = (await lambda
    .call('GetAlias', { FunctionName, Name: PREVIEW_ALIAS }, person)
    .catch(() => undefined)) as { readonly FunctionVersion: string } | undefined;
  const live = (await lambda
    .call('GetFunctionConfiguration', { FunctionName, Qualifier: said.FunctionVersion }, person)
    .catch(() => undefined)) as VersionAnswer | undefined;
  const modelVersionId = live?.Environment?.Variables?.['GREENLIGHT_MODEL_VERSION_ID'];
  const [lock, waiting] = [await stage.locks.readLock(name), await stage.uploads.readWaitingUpload(name)];
  const waitingDeploy = await stage.uploads.readWaitingDeploy(name);
  const aliases = stage.story.aliases.filter(({ functionName }) => functionName === FunctionName);
  const records = await stage.records.listRecords(name, 100);
  return {
    ...{ plan, config, aliases, records, replays: replaysOf(stage, records) },
    alias: { version: said.FunctionVersion, weights: said.RoutingConfig?.AdditionalVersionWeights ?? {} },
    ...(preview && { preview: preview.FunctionVersion }),
    state: live?.State ?? 'missing',
    canServe: await stage.versionsThatServe(name),
    ...(modelVersionId !== undefined && { modelVersionId }),
    ...(lock && { lock }),
    ...(waiting && { waiting }),
    ...(waitingDeploy && { waitingDeploy }),
    moved: aliases.some(({ by }) => by === 'person'),
  };
}

/** Whether an execution was started as a drill, whatever its state says by now. */
export const isDrill = (id: string, { executions }: Pick<Found, 'executions'>): boolean =>
  executions.some(({ name, input }) => name === id && input.includes('"action":"drill"'));
