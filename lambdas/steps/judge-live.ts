import { type Made, ownClock } from '../adapters/sdk/context';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { lambdaLiveAlias } from '../adapters/lambda/aliases';
import { cloudwatchEvidence } from '../adapters/cloudwatch/evidence';
import { lambdaEndpointCalls } from '../adapters/lambda/endpoint-calls';
import { s3Documents } from '../adapters/s3/documents';
import { cloudwatchAlarms } from '../adapters/cloudwatch/alarms';
import { MetricsUnavailable } from '../contract/errors';
import { LIVE_ALIAS } from '../contract/names';
import { STATES } from '../domain/workflow';
import type { RolloutState, StateAfter } from '../contract/rollout-state';
import { MOST_HELD_MINUTES } from '../domain/judge/held-minutes';
import { METRICS_PATIENCE_MS, secondsUntilNextLook, secondsUntilSettled } from '../domain/looks';
import { watchStretch } from '../domain/stretches';
import { firstWholeMinute, floorMinute, isoTime, MINUTE_MS, settledUntil } from '../domain/minutes';
import type { Adapters } from '../adapters/adapters';
import { judgingHeld } from './announcements/transitions';
import { askBeforehand, askBoth } from './judgement/ask-both';
import { type LiveLook, lookAtLive } from './judgement/look';
import { patientEvidence } from './judgement/read-baseline';
import { keepEvidence, shortJudgement } from './judgement/kept-judgement';
import { failedBeside, reverted } from './judgement/revert';
import { overSince } from './judgement/unsettled';
import { type Alarming, readAlarms, withSilent } from './judgement/veto';
import { comparable, hookIsDue, noted, watches, watchMinutesOf } from './rollout/progress';
import { renewOwnership, recordProgress } from './rollout/record-progress';
import { toldByCalls } from '../domain/gates/gates';
import { expectAlias } from './rollout/write-alias';

export const judgeLiveNeeds = {
  alarms: cloudwatchAlarms,
  clock: ownClock,
  documents: s3Documents,
  endpointCalls: lambdaEndpointCalls,
  evidence: cloudwatchEvidence,
  liveAlias: lambdaLiveAlias,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  records: dynamodbRecords,
};
type Needs = Made<typeof judgeLiveNeeds>;
/** What settles after the promotion has no look: all of it where there was no canary. */
const UNWATCHED = 'watchMinutes is 0: what settles after the promotion, two minutes before it included, is not judged';
type Watch = NonNullable<RolloutState['watch']>;

/**
 * One look at green alone, after promotion. The watch is a tripwire: `fail` reverts, and what CloudWatch says nothing
 * of is no better; green stays when the time is over and its numbers were seen, or when it got no requests.
 */
export async function judgeLive(ports: Needs, state: RolloutState): Promise<StateAfter<'judgeLive'>> {
  const { clock } = ports;
  const green = state.green.version;
  const { watch } = state;
  if (watch === undefined || green === undefined) throw new MetricsUnavailable('there is no promoted green to watch');
  await renewOwnership(ports, state);
  const current = await expectAlias(ports, state, { version: green });
  if (!watches(state)) {
    const isRollout = state.plan.action === 'rollout';
    const why = isRollout && comparable(state) ? UNWATCHED : state.blue.silent?.split(': ')[0];
    const said = why === undefined ? 'no watch' : `no watch: ${why}`;
    return finished(ports, { ...current, watch: { ...watch, unwatched: isRollout ? why : undefined } }, said);
  }
  const alarms = await readAlarms(ports, state);
  const veto = alarms.stops;
  if (veto !== undefined)
    return noted(
      { ...current, next: 'revert', decidedBy: `alarm: ${veto}`, refusal: { error: 'LiveRegressed', cause: veto } },
      clock,
      STATES.judgeLive,
      veto,
    );

  const evidence = patientEvidence(ports.evidence);
  // Until its first minute has settled, those settle that were green's last beside blue.
  if (settledUntil(clock.now()) <= Date.parse(watch.from))
    return (
      (await failedBeside({ ...ports, evidence }, current, watch, green, alarms)) ??
      waiting(ports, await askBeforehand(ports, current, green))
    );
  const look = await lookAtLive({ ...ports, evidence }, current, watch, green);
  if (look === 'unavailable') return withoutNumbers(ports, current, watch, evidence.whyUnavailable());
  const judged: RolloutState = {
    ...current,
    judgement: shortJudgement(look.judgement, clock.now()),
    // The canary's baseline is in the state already; a second copy of its minutes would be carried through every step.
    watch: { ...watch, ...(state.canary?.baseline === undefined && { baseline: look.baseline }) },
  };
  if (look.judgement.verdict === 'fail') return failed(ports, judged, look, alarms, state.judgement);
  const goesOn: RolloutState = { ...judged, judgement: state.judgement };
  if (settledUntil(clock.now()) < endOf(state, watch)) return waiting(ports, await askBeforehand(ports, goesOn, green));
  if (look.missing !== undefined) return withoutNumbers(ports, goesOn, watch, look.missing, look.lost);
  if (look.nothingToCompare) {
    const unwatched =
      `version ${current.blue.version} had not been in service for a whole minute before, so there is nothing to ` +
      'compare with';
    return finished(ports, { ...goesOn, watch: { ...watch, unwatched } }, `unwatched: ${unwatched}`);
  }
  if (look.judgement.greenRequests === 0) return withoutRequests({ ...ports, evidence }, goesOn, watch, green);
  const kept = await keepEvidence(ports, judged, look);
  const { blueRequests, greenRequests, reason } = look.judgement;
  if (blueRequests === 0) {
    const unwatched = `blue had no request in the minutes before to compare ${greenRequests} requests of green with`;
    return finished(
      ports,
      { ...kept, judgement: state.judgement, watch: { ...watch, unwatched } },
      `unwatched: ${unwatched}; ${reason}`,
    );
  }
  return finished(
    ports,
    { ...kept, judgement: state.judgement },
    withSilent(
      [`${look.evidence.rows.length} min after promotion: ${reason}`, ...undecided(state, look)].join('; '),
      alarms,
    ),
  );
}

/**
 * Green fails. Blue comes back, unless blue, asked at this moment, fails as well, or what it was is over already: then
 * the watch begins again, for the latter once.
 */
async function failed(
  ports: Needs,
  seen: RolloutState,
  look: LiveLook,
  alarms: Alarming,
  ofCanary: RolloutState['judgement'],
): Promise<StateAfter<'judgeLive'>> {
  const [{ clock }, { judgement }] = [ports, look];
  // These alone can be asked for; and who cannot be asked must not keep users on a green that fails.
  const told = toldByCalls(judgement.gate);
  const asked =
    told !== undefined && seen.green.version !== undefined
      ? await askBoth(ports, seen, seen.green.version, look).catch(() => undefined)
      : undefined;
  const { watch } = seen;
  // Where users see failures, the answers must bear it out; slowness alone shows in the minutes alone.
  const mayBeOver =
    watch?.recovered !== true &&
    asked?.before === undefined &&
    asked?.alone === undefined &&
    (asked === undefined ? judgement.gate !== 'errors' : asked.found === 'both-answer');
  const judged: RolloutState = {
    ...seen,
    ...(asked && 'failing' in asked && { failing: asked.failing }),
    ...(watch && {
      watch: {
        ...watch,
        ...(asked && { calls: callsSoFar(watch) + asked.calls }),
        ...(mayBeOver && { readAgain: (watch.readAgain ?? 0) + 1 }),
      },
    }),
  };
  const revert = (error: 'InsufficientEvidence' | 'LiveRegressed', cause: string) =>
    reverted(ports, judged, look, { error, cause }, alarms);
  if (watch === undefined) return revert('LiveRegressed', judgement.reason);
  const over = mayBeOver
    ? await overSince(ports, seen, look, asked?.tellsEnd === true).catch(() => undefined)
    : undefined;
  const isBoth = asked?.found === 'both-ill';
  // Minutes settle after the fact: an outage that has ended shows in its last minutes, once, when both answer again.
  // So do throttles that no direct call meets any more: the minutes since then may not be counted yet.
  const isAfterglow =
    asked?.found === 'both-answer' &&
    (watch.heldMinutes !== undefined || (told === 'turns' && asked.tellsEnd)) &&
    watch.recovered !== true;
  const isOver = !isBoth && (isAfterglow || over !== undefined || asked?.before !== undefined);
  const why = [asked?.why, asked?.before, over].filter((one) => one !== undefined).join('; ');
  if (!isBoth && !isOver)
    return revert(
      'LiveRegressed',
      [judgement.reason, asked?.why, asked?.alone].filter((one) => one !== undefined).join('; '),
    );
  const from = firstWholeMinute(clock.now());
  const heldMinutes = (watch.heldMinutes ?? 0) + (from - Date.parse(watch.from)) / MINUTE_MS;
  if (heldMinutes > MOST_HELD_MINUTES)
    return revert(
      'InsufficientEvidence',
      `${judgement.reason}; ${why}: after ${MOST_HELD_MINUTES} min of this it cannot be said how green does`,
    );
  const waitSeconds = secondsUntilSettled(clock.now(), from, 1, judged.endpoint);
  // Where blue was seen to fail too, it was not green: once more is no more suspicious than the first time.
  const recovered = isOver && asked?.before === undefined;
  const again: Watch = {
    ...{ ...watch, ...judged.watch, from: isoTime(from), heldMinutes, recovered },
    bothFailed: undefined,
    oneFailed: undefined,
    bothSlow: undefined,
  };
  const held = noted(
    { ...judged, next: 'continue', waitSeconds, judgement: ofCanary, watch: again },
    clock,
    STATES.judgeLive,
    `held: ${judgement.reason}; ${why}. ${isOver ? 'What it was is over' : 'It is not green'}; the watch begins again`,
  );
  await renewOwnership(ports, held, waitSeconds);
  const isFirst = watch.heldMinutes === undefined && isBoth;
  await recordProgress(ports, held, ...(isFirst ? [judgingHeld(clock, held, why, watch.from)] : []));
  return held;
}

/**
 * As in the canary, CloudWatch has a quarter of an hour to say what it knows; then blue comes back. Meanwhile the watch
 * takes as many minutes more as were lost: where requests are few, one that began an environment may be counted in two
 * minutes, by Lambda in the first and by the model server in the second, and a watch may be of that minute alone.
 */
async function withoutNumbers(
  ports: Needs,
  state: RolloutState,
  watch: Watch,
  why: string,
  lost = 0,
): Promise<StateAfter<'judgeLive'>> {
  const { added = 0 } = watch;
  const planned = endOf(state, watch) - added * MINUTE_MS;
  if (ports.clock.now() <= planned + METRICS_PATIENCE_MS)
    return waiting(ports, lost > added ? { ...state, watch: { ...(state.watch ?? watch), added: lost } } : state);
  throw new MetricsUnavailable(
    `CloudWatch gave no complete answer until ${METRICS_PATIENCE_MS / MINUTE_MS} min after the watch; ` +
      `without numbers it is not known how green does. ${why}`.trim(),
  );
}

/**
 * CloudWatch has counted nothing: because there were no requests, or because it is silent. So we call the live alias
 * ourselves, once: a CloudWatch that counts this call would have counted others.
 */
async function withoutRequests(
  ports: Needs,
  state: RolloutState,
  watch: Watch,
  green: string,
): Promise<StateAfter<'judgeLive'>> {
  const { config } = state;
  const now = ports.clock.now();
  if (watch.calledAt === undefined) {
    const called = await ports.endpointCalls
      .callVersion(config.functionName, LIVE_ALIAS, { method: 'GET', path: '/v2/health/live' })
      .then(
        () => ({ calledAt: isoTime(floorMinute(now)), calls: callsSoFar(watch) + 1 }),
        // Throttled, or a blip: tried again at the next look, as long as there is patience.
        () => ({}),
      );
    return withoutNumbers(
      ports,
      { ...state, watch: { ...watch, ...called } },
      watch,
      'the live alias could not be called',
    );
  }
  const called = Date.parse(watch.calledAt);
  const counted =
    settledUntil(now) <= called ? 'unavailable' : await ports.evidence.fetchRequests(config, green, called);
  if (counted === 'unavailable' || counted === 0)
    return withoutNumbers(
      ports,
      state,
      watch,
      `Not even our own call of the live alias at ${watch.calledAt} is counted`,
    );
  const unwatched = `no request in ${watchMinutesOf(state)} min`;
  return finished(ports, { ...state, watch: { ...watch, unwatched } }, `unwatched: ${unwatched}`);
}

/** Gates that decided in the canary and not in the watch, and why. */
const undecided = ({ judgement: before }: RolloutState, { judgement }: LiveLook): readonly string[] =>
  (judgement.notJudged ?? [])
    .filter(({ gate }) => before?.gates.some((one) => one.gate === gate))
    .map(({ gate, why }) => `${gate} did not decide: ${why}`);

const callsSoFar = ({ calls = 0 }: Watch): number => calls;

const endOf = (state: RolloutState, { from }: Watch): number => Date.parse(from) + watchMinutesOf(state) * MINUTE_MS;

async function waiting(
  ports: Pick<Adapters, 'clock' | 'locks' | 'records'>,
  state: RolloutState,
): Promise<StateAfter<'judgeLive'>> {
  const now = ports.clock.now();
  const stretch = watchStretch(state, state.watch ?? { from: isoTime(now) }, watchMinutesOf(state));
  const waitSeconds = secondsUntilNextLook(now, stretch, state.endpoint);
  const result: StateAfter<'judgeLive'> = { ...state, next: 'continue', waitSeconds };
  await renewOwnership(ports, result, result.waitSeconds);
  return result;
}

async function finished(
  ports: Pick<Adapters, 'clock' | 'records'>,
  state: RolloutState,
  note: string,
): Promise<StateAfter<'judgeLive'>> {
  // Where there is a blue to go back to.
  const next = comparable(state) && hookIsDue(state, 'afterPromotion') ? 'hook-after-promotion' : 'finish';
  const result: StateAfter<'judgeLive'> = noted({ ...state, next }, ports.clock, STATES.judgeLive, note);
  await recordProgress(ports, result);
  return result;
}
