import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { MINUTE_MS, SETTLE_MS } from '../../../lambdas/domain/minutes';
import { endsOnProof, plannedMinutes, type StrategyStep, strategySteps } from '../../../lambdas/domain/strategy';
import { comparable } from '../../../lambdas/steps/rollout/progress';
import type { AliasChange, Story } from '../world/story';
import { type Breach, type EndpointFound, type Found, isDrill } from './found';

const WRITERS: readonly string[] = ['shift-traffic', 'promote-green'];
/** The step that runs then goes on to its write, and its answer reaches no execution. */
const ENDS: readonly string[] = ['execution stopped', 'execution timed out'];
const RESTORES: readonly string[] = ['restore-blue', 'safety-net', 'reconcile'];

/** Only a pass, a person's approval or an explicit setting promotes, in one write; only a restore goes back. */
export function promotion(found: Found): readonly Breach[] {
  return found.endpoints.flatMap((endpoint) => {
    const writes = endpoint.aliases.map((change, index) => wrongWrite(change, endpoint.aliases.slice(0, index), found));
    const watches = endpoint.records.flatMap((record) => [
      blindWatch(record, endpoint, found),
      shortWatch(record, endpoint),
    ]);
    return [...writes, ...watches].flatMap((what) =>
      what === undefined ? [] : [{ promise: 2 as const, what: `${endpoint.plan.name}: ${what}` }],
    );
  });
}

/** Requests of hostile callers are among those that a judge sees, and not among its users'. */
const cameOthers = (name: string | undefined, { injected }: Story): boolean =>
  injected.some(({ kind, where }) => kind === 'hostile callers' && where.startsWith(`${name}:`));

/** A watch in which there was nothing to see ends in a revert, or says so. */
function blindWatch(
  { id, outcome, state }: RolloutRecord,
  { plan }: EndpointFound,
  { story }: Found,
): string | undefined {
  const { watch, green, config } = state ?? {};
  if (outcome !== 'promoted' || watch === undefined || config === undefined || watch.unwatched !== undefined)
    return undefined;
  // A canary that was short is watched for longer.
  const watchMinutes = watch.minutes ?? config.settings.watchMinutes;
  const watched = watchMinutes > 0 && comparable(state!) && state!.plan.action === 'rollout';
  if (!watched || cameOthers(plan.name, story)) return undefined;
  const [from, until] = [Date.parse(watch.from), Date.parse(watch.from) + watchMinutes * MINUTE_MS];
  const lost = (at: number) => story.silences.some((one) => one.lost && at >= one.from && at < one.until);
  const seen = story.served.filter(
    ({ at, endpoint, version }) =>
      endpoint === plan.name && version === green?.version && at >= from && at < until && !lost(at),
  );
  if (seen.reduce((sum, { requests }) => sum + requests, 0) > 0) return undefined;
  return `${id} was promoted after a watch of ${watchMinutes} min in which nothing could be seen, without a word of it`;
}

/**
 * What a canary that ended on proof has saved is spent on the watch: green is looked at until then after its first
 * traffic.
 */
function shortWatch({ id, outcome, endedAt, state }: RolloutRecord, { aliases }: EndpointFound): string | undefined {
  const first = aliases.find(({ rolloutId, by }) => rolloutId === id && by === 'shift-traffic');
  if (outcome !== 'promoted' || state === undefined || first === undefined) return undefined;
  const { watchMinutes, watchUntilMinutes } = state.config.settings;
  // A rollback is not watched: there is no version before it that users would be better off with.
  const watched = watchMinutes > 0 && comparable(state) && state.plan.action === 'rollout';
  if (!endsOnProof(state.plan.steps) || !watched) return undefined;
  const looked = (Date.parse(endedAt ?? '') - first.at) / MINUTE_MS;
  return looked >= watchUntilMinutes
    ? undefined
    : `${id} was promoted ${looked.toFixed(1)} min after its first traffic, and green had to be looked at for ` +
        `${watchUntilMinutes} min`;
}

function wrongWrite(change: AliasChange, earlier: readonly AliasChange[], found: Found): string | undefined {
  const { before, after, by, rolloutId } = change;
  if (by === 'person' || by === 'live-alias') return undefined;
  const said = `${by} of ${rolloutId ?? '?'}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
  const overwritten = overwrites(change, earlier, found.story);
  if (overwritten !== undefined) return `${said}: ${overwritten}`;
  const moves = before.version !== after.version;
  const dry = found.story.uploads.some(
    ({ dryRun, versionId }) =>
      dryRun && found.executions.some(({ name, input }) => name === rolloutId && input.includes(versionId)),
  );
  if (dry && WRITERS.includes(by)) return `${said}: an upload that asked for a dry run got users`;
  if (by === 'promote-green') {
    if (!moves) return `${said}: promotes in more than one write`;
    const why = whyNotPromoted(change.state as RolloutState, found, change.at);
    return why && `${said}: ${why}`;
  }
  if (by === 'shift-traffic') {
    if (moves) return `${said}: a shift moves the version`;
    const why = whyNoMore(change, found);
    return why && `${said}: ${why}`;
  }
  if (!RESTORES.includes(by)) return `${said}: this handler never writes the alias`;
  if (!moves) return Object.keys(after.weights).length > 0 ? `${said}: a restore leaves weights` : undefined;
  const promoted = earlier.findLast((one) => one.by === 'promote-green' && one.after.version === before.version);
  return promoted?.before.version === after.version || promoted === undefined
    ? undefined
    : blueIsGone(promoted, change, found) && earlier.some((one) => one.after.version === after.version)
      ? undefined
      : `${said}: a restore goes to another version than blue`;
}

/** There is no blue to go back to: it, or its object, was deleted by then, or it had answered nothing. */
function blueIsGone({ state, before, functionName }: AliasChange, { at }: AliasChange, { story }: Found): boolean {
  const { blue } = state as RolloutState;
  const gone = story.deletions.some(
    (one) => one.functionName === functionName && one.version === before.version && one.at <= at,
  );
  const unreadable = story.injected.some(
    ({ kind, where, at: since }) =>
      kind === 'object deleted' && since <= at && where.endsWith(`versionId=${blue.model?.versionId}`),
  );
  return gone || unreadable || blue.silent !== undefined;
}

/** A person's change during a rollout stays: the rollout may only take its own green's weight away. */
function overwrites(
  { rolloutId, before, after, state }: AliasChange,
  earlier: readonly AliasChange[],
  { injected }: Story,
): string | undefined {
  const last = earlier.at(-1);
  if (last?.by !== 'person' || rolloutId === undefined) return undefined;
  if (!earlier.some((one) => one.rolloutId === rolloutId)) return undefined;
  const onlyClears = before.version === after.version && Object.keys(after.weights).length === 0;
  const own = earlier.findLast((one) => one.rolloutId === rolloutId && one.by === 'promote-green')?.after.version;
  // A person who writes what the alias said, or moves it away and back, changes nothing in the end; one who puts back
  // what was taken away does.
  const hands = earlier.slice(earlier.findLastIndex(({ by }) => by !== 'person') + 1);
  const unchanged = own === before.version && hands[0]?.before.version === own;
  // A step that could not note its write finds the alias as it wrote it: it cannot tell that hands were there since.
  // Nor can one that finds another's description on the traffic that it wrote: that alone may have changed.
  const written = earlier.at(-hands.length - 1);
  const endpoint = (state as RolloutState | undefined)?.endpoint;
  const unnoted =
    written?.rolloutId === rolloutId &&
    JSON.stringify(written.after) === JSON.stringify(last.after) &&
    injected.some(({ at, handler, kind, rolloutId: id, where }) =>
      at < hands[0]!.at
        ? id === rolloutId &&
          (ENDS.includes(kind) ? Math.abs(at - written.at) <= MINUTE_MS : handler === written.by && at >= written.at)
        : kind === 'description replaced' && where === endpoint,
    );
  return onlyClears || unchanged || unnoted ? undefined : "overwrites a person's change";
}

/** A weight that ends once a total failure is excluded ends in no larger one before green has answered anyone. */
function whyNoMore({ state, at, functionName }: AliasChange, { story, endpoints }: Found): string | undefined {
  const { plan, canary, green } = state as RolloutState;
  const [first] = canary?.windows ?? [];
  if (first === undefined || plan.steps[canary?.step ?? 0]?.until !== 'works') return undefined;
  const name = endpoints.find(({ config }) => config.functionName === functionName)?.plan.name;
  const met =
    cameOthers(name, story) ||
    story.served.some(
      (one) =>
        one.endpoint === name && one.version === green.version && one.at >= Date.parse(first.from) && one.at < at,
    );
  return met ? undefined : 'gives green a larger share, although no one has met it so far';
}

function whyNotPromoted(state: RolloutState, found: Found, at: number): string | undefined {
  const { story } = found;
  const { plan, blue, judgement, next, config, decidedBy } = state;
  if (plan.dryRun) return 'a dry run promotes';
  if (cannotStart(state, found.story, at)) return 'promotes a green whose object was gone';
  if (isDrill(state.id, found)) return 'a drill promotes';
  const upload =
    plan.startedBy === 'person'
      ? undefined
      : story.uploads.find(({ versionId }) => versionId === state.green.model?.versionId);
  const careless = upload && lessCareful(state);
  if (careless !== undefined) return careless;
  const { approval, onInsufficientEvidence } = config.settings;
  const keepsYes = state.canary?.approved !== undefined && judgement?.verdict !== 'fail';
  if (next === 'approve' || (next === 'promote' && keepsYes))
    return story.approved.has(state.id) || approval.defaultAnswer === 'approve'
      ? undefined
      : 'promotes without an approval';
  if (plan.steps.length === 0 || blue.model === undefined) return undefined;
  if (blue.silent !== undefined)
    return wasDead(state, story) ? undefined : `promotes without a canary, because ${blue.silent}, which is not so`;
  if (judgement?.verdict === 'pass' && next === 'promote') {
    if (judgement.greenRequests === 0) return 'passes without a single request of green';
    const least = endsOnProof(plan.steps) ? Math.min(LEAST_MINUTES, plannedMinutes(plan.steps)) : 0;
    return judgement.settledMinutes >= least
      ? provenInOutage(state, story, at)
      : `passes on proof after ${judgement.settledMinutes} min of evidence, and ${least} are the least`;
  }
  if (onInsufficientEvidence.then === 'promote' && judgement?.verdict !== 'fail' && next === 'promote')
    return undefined;
  // A person cannot overrule a judge that says fail, nor promote what was not judged.
  if (story.promoted.has(state.id) && next === 'promote' && judgement !== undefined && judgement.verdict !== 'fail')
    return judgement.greenRequests > 0 ? undefined : 'a person promotes without a single request of green';
  return `promotes with verdict ${judgement?.verdict ?? 'none'} (next ${next}, decided by ${decidedBy ?? 'no one'})`;
}

/** Longer than a step may take from its look at the object to its write. */
const LOOKED_MS = 2 * MINUTE_MS;

/** New environments cannot load its model, which a read of the object tells. */
const cannotStart = ({ id, plan, green }: RolloutState, { injected }: Story, at: number): boolean =>
  plan.action === 'rollout' &&
  injected.some(
    (one) =>
      one.kind === 'object deleted' &&
      one.at < at - LOOKED_MS &&
      one.where.endsWith(`versionId=${green.model?.versionId}`),
  ) &&
  !injected.some((one) => one.kind === 'permission missing' && one.rolloutId === id && one.handler === 'promote-green');

/**
 * Minutes in which both versions fail alike prove nothing: without them there are as many as the canary was planned
 * for.
 */
function provenInOutage({ endpoint, canary, plan, blue }: RolloutState, story: Story, at: number): string | undefined {
  const from = Date.parse(canary?.windows[0]?.from ?? '');
  const bad = story.uploads.some(({ harm, versionId }) => harm !== undefined && versionId === blue.model?.versionId);
  const outages = story.outages.filter((one) => one.endpoint === endpoint);
  const disturbed =
    story.silences.length > 0 || story.injected.some(({ kind }) => /^metrics|^users|^hostile|^model/.test(kind));
  // One in blue's hour before is what it is used to.
  if (bad || disturbed || outages.some((one) => one.from < from)) return undefined;
  const shown = outages.filter(({ errorRate }) => errorRate >= PLAIN_RATE);
  const minutes = Array.from(
    { length: Math.max(0, Math.floor((at - SETTLE_MS - from) / MINUTE_MS)) },
    (_, index) => from + index * MINUTE_MS,
  );
  const requestsIn = (minute: number): number =>
    story.served
      .filter((one) => one.endpoint === endpoint && one.version === blue.version)
      .reduce((sum, one) => sum + (one.at >= minute && one.at < minute + MINUTE_MS ? one.requests : 0), 0);
  const ill = minutes.filter(
    (minute) =>
      shown.some((one) => one.from <= minute && one.until >= minute + MINUTE_MS) &&
      requestsIn(minute) >= PLAIN_REQUESTS,
  );
  const least = endsOnProof(plan.steps)
    ? Math.min(LEAST_MINUTES, plannedMinutes(plan.steps))
    : plannedMinutes(plan.steps);
  return minutes.length - ill.length >= least
    ? undefined
    : `passes after ${minutes.length} min, of which both versions failed alike in ${ill.length}, and ${least} ` +
        'others are the least';
}

/** Of so many requests so many failures are an outage beyond any doubt. */
const PLAIN_RATE = 0.3;
const PLAIN_REQUESTS = 200;

/** However plain the proof, a canary that ends on it has so many minutes of evidence. */
const LEAST_MINUTES = 5;
/** Canary and watch together, where the canary ends on proof. */
const WITH_WATCH = 15;

/** What an upload asks for is bounded by the endpoint's own strategy: no larger share of users, no shorter canary. */
function lessCareful({ plan, config, blue }: RolloutState): string | undefined {
  if (plan.action === 'rollback' || blue.model === undefined) return undefined;
  const [own, chosen] = [strategySteps(config.settings.strategy), strategySteps(plan.strategy)];
  const most = (steps: readonly StrategyStep[]) => steps.at(-1)?.weight ?? 100;
  // One that ends on proof takes the place of a fixed one only where that is no longer than its least.
  const least = endsOnProof(own) ? (endsOnProof(chosen) ? 0 : WITH_WATCH) : plannedMinutes(own);
  const minutes = endsOnProof(chosen) ? LEAST_MINUTES : plannedMinutes(chosen);
  if (own.length === 0 || (minutes >= least && most(chosen) <= most(own))) return undefined;
  return (
    `an upload chose less care than its endpoint: ${JSON.stringify(plan.strategy)} in place of ` +
    `${JSON.stringify(config.settings.strategy)}`
  );
}

const ANSWERS_NOTHING: readonly (string | undefined)[] = ['unloadable', 'crashing', 'mute'];

/**
 * Whether blue answered nothing, at some time until now: an incident made it so, its object is gone, or it never did. A
 * call that Lambda itself kept until its time was over looks the same to who asks.
 */
export const wasDead = ({ id, endpoint, blue }: RolloutState, { sick, injected, uploads }: Story): boolean =>
  sick.some(({ where, well }) => where === `${endpoint}:${blue.version}` && !well) ||
  (blue.silent?.includes('its time was over') === true &&
    injected.some(
      ({ kind, where, rolloutId }) =>
        kind === 'slow call' && rolloutId === id && where === 'verify-green lambda.Invoke',
    )) ||
  injected.some(
    ({ kind, where }) => kind === 'object deleted' && where.endsWith(`versionId=${blue.model?.versionId}`),
  ) ||
  uploads.some(({ versionId, harm }) => versionId === blue.model?.versionId && ANSWERS_NOTHING.includes(harm));
