import type { LivePeriod } from '../adapters/dynamodb/live-models';
import type { AliasState } from '../adapters/lambda/aliases';
import type { Hold } from '../contract/decisions';
import type { EndpointConfig } from '../contract/endpoint-settings';
import type { NextStep } from '../contract/operation-errors';
import type { RolloutEntry } from '../contract/rollout-record';
import type { EndpointsPage, EndpointState, EndpointView, RolloutView } from '../contract/view';
import { isoTime } from '../domain/minutes';
import { formatModelAddress } from '../domain/rollout';
import { HELD_BACK, type Wave, waveInWords } from '../domain/waves';
import type { WaitingDeploy } from '../adapters/dynamodb/uploads';
import { FUNCTION_CHANGED, isBrought } from '../steps/uploads/start-deploy';
import { putBackLately, rollbackTargets, takenBackInWords, type TakenBack } from '../domain/rollback';
import { afterFailing } from '../pages/words/failing';
import { type OperationNeeds } from './needs';
import { currentRollout, type CurrentRollout } from './current-rollout';
import { listedView, rolloutView } from './rollout-view';
import { chooseEndpoint } from '../steps/validation/find-endpoint';
import { findAlias } from '../steps/rollout/write-alias';

/** What is read to tell how an endpoint is. */
export type StatusNeeds = Pick<
  OperationNeeds,
  | 'approvals'
  | 'clock'
  | 'decisions'
  | 'executions'
  | 'holds'
  | 'liveAlias'
  | 'liveModels'
  | 'locks'
  | 'records'
  | 'settings'
  | 'uploads'
  | 'waves'
>;

/**
 * Where what is in service is read: from the alias itself, or from what our own writes left in the table, which costs
 * nothing of the 15 control-plane calls a second that an account's rollouts share. Only the first sees what other
 * writers did to the alias.
 */
type LiveFrom = 'alias' | 'table';

/** All endpoints of the app: one alone as its alias is, several as the table has them. */
export async function statusOfAll(ports: StatusNeeds, from?: LiveFrom): Promise<readonly EndpointView[]> {
  const configs = await ports.settings.listSettings();
  const read = from ?? (configs.length === 1 ? 'alias' : 'table');
  const waves = eachOnce((code) => ports.waves.readWave(code));
  return Promise.all(configs.map((config) => viewOf(ports, config, read, waves)));
}

/** Rows of a page: a person reads no more, and a row is seven reads. */
const ROWS = 50;

/**
 * A page of the app's endpoints as the table has them, those first that ask for a person. For the order two reads of
 * each do. @param asked from 1 on; beyond the last page it is the last
 */
export async function statusPage(ports: StatusNeeds, asked: number): Promise<EndpointsPage> {
  const configs = await ports.settings.listSettings();
  const ranked = await Promise.all(
    configs.map(async (config) => ({ config, rank: await rankOf(ports, config.settings.name) })),
  );
  ranked.sort((one, other) => one.rank - other.rank);
  const pages = Math.max(Math.ceil(ranked.length / ROWS), 1);
  const page = Math.min(asked, pages);
  const from = (page - 1) * ROWS;
  const waves = eachOnce((code) => ports.waves.readWave(code));
  const shown = ranked.slice(from, from + ROWS);
  const views = await Promise.all(shown.map(({ config }) => viewOf(ports, config, 'table', waves)));
  return { views, page, pages, first: from + 1, total: ranked.length };
}

const RANKS = ['not restored', 'asks', 'rolls out', 'failed', 'well'] as const;

async function rankOf({ approvals, locks, records }: StatusNeeds, endpoint: string): Promise<number> {
  const rank = (name: (typeof RANKS)[number]) => RANKS.indexOf(name);
  const [lock, [newest]] = await Promise.all([locks.readLock(endpoint), records.listRollouts(endpoint, 1)]);
  if (lock === undefined && newest?.outcome === 'not-restored') return rank('not restored');
  if (lock === undefined) return rank(newest?.error === undefined ? 'well' : 'failed');
  const approval = await approvals.readApproval(endpoint, lock.rolloutId);
  return rank(approval !== undefined && approval.answer === undefined ? 'asks' : 'rolls out');
}

/** One endpoint: at rest, or the rollout that runs. @throws UnknownEndpoint */
export async function status(ports: StatusNeeds, endpoint?: string): Promise<EndpointView> {
  return viewOf(ports, await chooseEndpoint(ports, endpoint), 'alias', (code) => ports.waves.readWave(code));
}

/** A thousand endpoints may wait for one code. */
function eachOnce<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (key) => {
    const answer = asked.get(key) ?? read(key);
    asked.set(key, answer);
    return answer;
  };
}

async function viewOf(
  ports: StatusNeeds,
  config: EndpointConfig,
  from: LiveFrom,
  readWave: (code: string) => Promise<Wave>,
): Promise<EndpointView> {
  const endpoint = config.settings.name;
  const [asked, periods, takenBack, current, waiting, deploy, hold, [newest, before]] = await Promise.all([
    from === 'alias' ? findAlias(ports, config.functionName) : undefined,
    ports.liveModels.livePeriods(endpoint),
    ports.liveModels.listTakenBack(endpoint),
    currentRollout(ports, endpoint),
    ports.uploads.readWaitingUpload(endpoint),
    ports.uploads.readWaitingDeploy(endpoint),
    ports.holds.readHold(endpoint),
    ports.records.listRollouts(endpoint, 2),
  ]);
  // An endpoint that never had a model has nothing in the table.
  const alias =
    from === 'alias' ? asked : (aliasInTable(periods, current) ?? (await findAlias(ports, config.functionName)));
  const now = ports.clock.now();
  const rollout = current === undefined ? null : await runningView(ports, endpoint, current, now);
  const live = periods.find(({ version, until }) => version === alias?.version && until === undefined);
  const seen = {
    endpoint,
    functionName: config.functionName,
    at: isoTime(now),
    state: stateOf(alias, current, rollout),
    live: alias
      ? { version: alias.version, model: live?.model ? formatModelAddress(live.model) : modelOf(alias, rollout) }
      : null,
    liveSince: live?.since ?? null,
    canary: alias?.canary ?? null,
    rollout,
    last: lastOf(newest, before, current),
    waitingUpload: waiting ? { key: waiting.key, versionId: waiting.versionId, uploadedAt: waiting.uploadedAt } : null,
    newCode: deploy === undefined || isBrought(periods[0], config) ? null : await waitsFor(readWave, deploy, current),
    teardownHold: inForce(hold, now),
    back: backOf(alias, periods, takenBack, now),
  };
  return { ...seen, next: nextSteps(seen) };
}

/** What a deploy's rollout of this endpoint waits for. */
async function waitsFor(
  readWave: (code: string) => Promise<Wave>,
  { code, isNewCode, functionChanged }: WaitingDeploy,
  current: CurrentRollout | undefined,
): Promise<string> {
  if (current !== undefined) return `waits for ${current.lock.rolloutId}, which runs`;
  const why = isNewCode ? waveInWords(await readWave(code)) : 'begins within minutes';
  if (functionChanged !== true || why.startsWith(HELD_BACK)) return why;
  return `cannot begin: ${FUNCTION_CHANGED}; deploy again, unless a deploy is under way`;
}

/** Whether a version can be used is found out by the rollback: this is what would be tried first. */
function backOf(
  alias: Live | undefined,
  periods: readonly LivePeriod[],
  takenBack: readonly TakenBack[],
  now: number,
): EndpointView['back'] {
  if (alias === undefined) return { to: null, putBack: null, takenBack: [] };
  const [version] = rollbackTargets(alias.version, periods, takenBack);
  const model = periods.find((period) => period.version === version)?.model;
  const lately = putBackLately(alias.version, periods, takenBack, now);
  return {
    to: version === undefined ? null : { version, model: model ? formatModelAddress(model) : null },
    putBack: lately ? takenBackInWords(lately) : null,
    takenBack: takenBack.filter((one) => one.version !== alias.version),
  };
}

type Live = Pick<AliasState, 'canary' | 'version'>;

/** A rollout notes each shift, and each period of a live model, with the write of the alias. */
function aliasInTable(periods: readonly LivePeriod[], current: CurrentRollout | undefined): Live | undefined {
  const version = periods.find(({ until }) => until === undefined)?.version;
  if (version === undefined) return undefined;
  const state = current?.record?.status === 'running' ? current.record.state : undefined;
  const weight = state?.phase === 'canary' ? (state.weights.at(-1)?.weight ?? 0) : 0;
  const green = state?.green.version;
  return weight > 0 && weight < 100 && green !== undefined
    ? { version, canary: { version: green, weight } }
    : { version };
}

async function runningView(
  { approvals, decisions }: StatusNeeds,
  endpoint: string,
  { lock, record }: CurrentRollout,
  now: number,
): Promise<RolloutView | null> {
  if (record?.state === undefined || record.status === 'ended') return null;
  const [approval, decision] = await Promise.all([
    approvals.readApproval(endpoint, lock.rolloutId),
    decisions.readDecision(endpoint, lock.rolloutId),
  ]);
  return rolloutView(record.state, now, approval, decision);
}

const modelOf = ({ version }: Live, rollout: RolloutView | null): string | null =>
  [rollout?.green, rollout?.blue].find((one) => one?.version === version)?.model ?? null;

function stateOf(
  alias: Live | undefined,
  current: CurrentRollout | undefined,
  rollout: RolloutView | null,
): EndpointState {
  if (alias === undefined) return 'no live alias';
  if (current === undefined) return alias.canary === undefined ? 'at rest' : 'leftover weights';
  const over = current.execution !== undefined && current.execution !== 'RUNNING';
  if (over || current.record?.status === 'ended') return 'ending';
  return rollout?.approval?.answer === null ? 'waiting for an answer' : 'rolling out';
}

/** The newest record is the running rollout's, as long as one runs. */
function lastOf(
  newest: RolloutEntry | undefined,
  before: RolloutEntry | undefined,
  current: CurrentRollout | undefined,
) {
  const last = newest?.id === current?.lock.rolloutId ? before : newest;
  return last ? listedView(last) : null;
}

const inForce = (hold: Hold | undefined, now: number): Hold | null =>
  hold !== undefined && Date.parse(hold.until) > now ? hold : null;

/** What a person may do about an endpoint as it is. */
function nextSteps(view: Omit<EndpointView, 'next'>): readonly NextStep[] {
  const resume = { what: 'Let its deploy go on', command: `greenlight resume ${view.endpoint}` };
  return [...(view.newCode?.startsWith(HELD_BACK) ? [resume] : []), ...stepsNow(view)];
}

function stepsNow({ endpoint, state, live, rollout, last, back }: Omit<EndpointView, 'next'>): readonly NextStep[] {
  const command = (name: string, options = '') => `greenlight ${name} ${endpoint}${options}`;
  const because = " --reason '…'";
  switch (state) {
    case 'waiting for an answer':
      return [
        { what: 'Promote green', command: command('approve', because) },
        { what: 'Put blue back', command: command('reject', because) },
        { what: 'Read why it asks', command: command('explain') },
      ];
    case 'rolling out':
      return [
        { what: 'Follow it', command: command('status', ' --watch') },
        { what: 'Read what it waits for', command: command('explain') },
        ...(rollout?.phase === 'canary' && rollout.decision === null
          ? [{ what: 'Promote green without more proof', command: command('promote', because) }]
          : []),
        { what: 'Stop it and put blue back', command: command('abort', because) },
      ];
    case 'ending':
      return [{ what: 'Look again in a minute', command: command('status') }];
    case 'leftover weights':
      return [
        {
          what: 'Nothing runs, and the reconciler removes the weights within its period; look again',
          command: command('status'),
        },
      ];
    case 'no live alias':
      return [{ what: 'The live alias was deleted: deploy the app again, which creates it' }];
    case 'at rest':
      if (last === null)
        return [{ what: 'Put a first model in service', command: `greenlight upload FILE --endpoint ${endpoint}` }];
      return [
        ...(last.liveFails?.version === live?.version && last.liveFails
          ? [afterFailing(endpoint, last.liveFails)]
          : []),
        ...(last.error === null ? [] : [{ what: 'Read why the last rollout failed', command: command('explain') }]),
        { what: 'Roll out a model', command: `greenlight upload FILE --endpoint ${endpoint}` },
        ...(back.to === null || back.putBack !== null
          ? []
          : [{ what: `Go back to version ${back.to.version}`, command: command('rollback', because) }]),
      ];
  }
}
