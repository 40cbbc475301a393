import type { EndpointConfig } from '../../contract/endpoint-settings';
import type { RolloutRecord } from '../../contract/rollout-record';
import type { RolloutState } from '../../contract/rollout-state';
import type { TakenBack } from '../../domain/rollback';
import type { ServedVersion } from '../../domain/rollout';
import { isoTime } from '../../domain/minutes';
import { some } from '../../domain/numbers';
import type { LivePeriod } from '../../adapters/dynamodb/live-models';
import type { Adapters } from '../../adapters/adapters';
import { findLive, servedModel } from './model-environment';

/** Records that are read for what they say of the past; more than an endpoint has in most rollback windows. */
const NEWEST_RECORDS = 100;

type Needs = Pick<Adapters, 'clock' | 'liveAlias' | 'liveModels' | 'records' | 'versions'>;

/**
 * A person has deleted the item that says what was live: the records of the rollouts say it too. Without it a rollback
 * has no target, the teardown would take that target for idle, and what was taken back could come back by default. What
 * no record tells of is unknown from then on, and the teardown keeps what may have been live before.
 */
export async function recoverHistory(
  ports: Needs,
  { functionName, settings }: EndpointConfig,
): Promise<string | undefined> {
  const { clock, liveModels, records } = ports;
  const endpoint = settings.name;
  if (!(await liveModels.isLost(endpoint))) return undefined;
  const { version } = await ports.liveAlias.readLiveAlias(functionName);
  const facts = await findLive(ports, functionName, version);
  const model = facts && servedModel(facts.environment);
  // Nothing has been live yet.
  if (facts !== undefined && model === undefined) return undefined;
  const told = historyIn(await records.listRecords(endpoint, NEWEST_RECORDS), functionName);
  const now = { version, ...(model && { model }), since: isoTime(clock.now()) };
  await liveModels.recover(endpoint, told, now);
  const periods = some(told.periods.length, 'period');
  return `the list of what was live was gone: written again from the records, which name ${periods}`;
}

export interface History {
  /** Newest first. */
  readonly periods: readonly LivePeriod[];
  readonly takenBack: readonly TakenBack[];
  /** Of what was live before this moment no record tells. Absent where the first rollout of all is among them. */
  readonly unknownBefore?: string;
}

interface Begun extends ServedVersion {
  readonly since: string;
}

/** What the records of a function, newest first, say that was live, and that was taken back. */
export function historyIn(records: readonly RolloutRecord[], functionName: string): History {
  const own = records.filter(({ state }) => state?.config.functionName === functionName && !state.plan.dryRun);
  const first = own.findIndex(({ outcome }) => outcome === 'promoted-first');
  const known = first < 0 ? own : own.slice(0, first + 1);
  const begun = known.flatMap(beginningsIn).toSorted((one, other) => Date.parse(other.since) - Date.parse(one.since));
  const changes = begun.filter(({ version }, index) => version !== begun[index + 1]?.version);
  const periods = changes.map((one, index): LivePeriod => {
    const until = changes[index - 1]?.since;
    return { ...one, ...(until !== undefined && { until }) };
  });
  const takenBack = known.flatMap(takenBackIn).toSorted((one, other) => (one.at < other.at ? 1 : -1));
  const isBack = ({ version, at }: TakenBack) => periods.some((one) => one.version === version && one.since > at);
  const oldest = known.at(-1)?.startedAt;
  return {
    periods,
    takenBack: takenBack.filter(
      (one, index) => !isBack(one) && takenBack.findIndex(({ version }) => version === one.version) === index,
    ),
    ...(first < 0 && oldest !== undefined && { unknownBefore: oldest }),
  };
}

/**
 * A rollout saw its blue live when it began, made green live by its promotion, and blue by its revert: newest first. A
 * promotion that died before it could say when was live before its end.
 */
function beginningsIn({ state, outcome, endedAt, liveVersionAfter }: RolloutRecord): readonly Begun[] {
  if (state === undefined) return [];
  const { blue, green, phase, weights, startedAt } = state;
  const wasLive = phase === 'promoted' && (outcome === 'reverted' || outcome === 'not-restored');
  const promoted = weights.find(({ weight }) => weight === 100)?.at ?? (wasLive ? endedAt : undefined);
  const saw = blue.model === undefined ? [] : [{ ...served(blue), since: startedAt }];
  if (promoted === undefined || green.version === undefined) return saw;
  const isBack = endedAt !== undefined && liveVersionAfter === blue.version && blue.model !== undefined;
  return [
    ...(isBack ? [{ ...served(blue), since: endedAt }] : []),
    { ...served({ ...green, version: green.version }), since: promoted },
    ...saw,
  ];
}

const served = ({ version, model }: ServedVersion): ServedVersion => ({ version, ...(model && { model }) });

/** How a rollout's end took the users that green had; undefined where it has them, had none, or may again. */
export function takenBackAs(state: RolloutState): 'reverted' | 'aborted' | undefined {
  const { phase, plan, blue, green, outcome, decidedBy } = state;
  if (outcome !== 'aborted' && outcome !== 'reverted' && outcome !== 'not-restored') return undefined;
  if (phase === 'before-traffic' || green.version === undefined || green.version === blue.version) return undefined;
  // The target of a rollback that broke off is none the worse for that.
  if (plan.action === 'rollback' && decidedBy === 'check') return undefined;
  // It was never to stay, so that a rollback must not take this for the change that it would undo.
  if (plan.action === 'drill') return undefined;
  return phase === 'promoted' && outcome !== 'aborted' ? 'reverted' : 'aborted';
}

function takenBackIn({ id: rolloutId, state, outcome, endedAt }: RolloutRecord): readonly TakenBack[] {
  if (state === undefined || endedAt === undefined) return [];
  const { blue, green, plan } = state;
  const of = (version: string | undefined, how: TakenBack['how']): readonly TakenBack[] =>
    version === undefined ? [] : [{ version, at: endedAt, rolloutId, how }];
  const how = takenBackAs(state);
  if (how !== undefined) return of(green.version, how);
  if (outcome !== 'promoted') return [];
  if (plan.action === 'rollback' && Number(green.version) < Number(blue.version))
    return of(blue.version, 'rolled back');
  return blue.silent === undefined ? [] : of(blue.version, 'did not answer');
}
