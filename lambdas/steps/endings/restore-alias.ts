import { LiveAliasMoved } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import { isoTime } from '../../domain/minutes';
import type { AliasState, AliasTarget } from '../../adapters/lambda/aliases';
import type { Adapters } from '../../adapters/adapters';
import { rollbackTargets } from '../../domain/rollback';
import type { Outcome } from '../../domain/rollout';
import { findLive, servedModel } from '../rollout/model-environment';
import { aliasInWords, findAlias, gaveWay, noteOf, isNotedAsLive } from '../rollout/write-alias';
import { isUsableState } from '../validation/choose-model';

/** The alias may change under our hands; each try reads it anew. */
const TRIES = 10;
const PAUSE_MS = 500;
/** What the alias said so lately is what it says. */
const FRESH_MS = 2_000;

/** The alias kept changing while blue was put back, or changed before that was noted; the caller tries again. */
export class AliasUnsettled extends Error {
  override readonly name = 'AliasUnsettled';
}

type Needs = Pick<Adapters, 'clock' | 'liveAlias' | 'liveModels' | 'models' | 'versions'>;

/** Who serves, as it was read back: a version that does not exist, or is not Active, serves no users. */
export type Seen = 'blue' | 'green' | 'another version' | 'nothing that works';

export interface Restored {
  /** Absent when the alias was deleted. */
  readonly liveVersion?: string | undefined;
  /** What else has traffic: green, or what another writer put there. */
  readonly canary?: AliasTarget['canary'] | undefined;
  readonly note: string;
  /**
   * Green had all traffic when the alias was first read, or before that, here or in an earlier try that got no further.
   */
  readonly greenWasLive: boolean;
  readonly seen: Seen;
  /** Another writer put green there: it is theirs. */
  readonly byHand: boolean;
}

/**
 * Puts blue alone in service, as far as the alias still says what this rollout wrote: green's weight goes, and a
 * promoted green gives way to blue, or where blue is gone to the next earlier good version. What another writer has put
 * there stays, and an alias that was deleted stays deleted. Safe to call any number of times.
 */
export async function restoreAlias(ports: Needs, state: RolloutState, error: string): Promise<Restored> {
  try {
    return await restore(ports, state, error === 'LiveAliasMoved');
  } catch (failure) {
    if (failure instanceof LiveAliasMoved)
      return { note: failure.message, greenWasLive: false, seen: 'nothing that works', byHand: false };
    throw failure;
  }
}

async function restore(ports: Needs, state: RolloutState, moved: boolean): Promise<Restored> {
  const { clock, liveAlias } = ports;
  const { functionName } = state.config;
  let greenWasLive = false;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const known = attempt === 1 && !moved ? asWritten(state) : undefined;
    const current = known ?? (await liveAlias.readLiveAlias(functionName));
    // Another writer who names versions alone leaves the words of our last write there.
    const gone = current.description === gaveWay(state);
    greenWasLive ||= current.version === state.green.version || gone || saysPromoted(current, state);
    // A canary never writes green alone, and an earlier try has taken it back: where the alias names it, a person did.
    const byHand = moved || ((gone || state.phase === 'canary') && current.version === state.green.version);
    const target = await wanted(ports, current, state, byHand);
    if (target === undefined && !mayStillBeWritten(current, state)) {
      const said = `the live alias says ${aliasInWords(current)}: nothing to put back`;
      const looked = await lookedAt(ports, state, current, said, greenWasLive, byHand);
      return { ...looked, byHand: byHand && looked.liveVersion === state.green.version };
    }
    const { version, canary } = target ?? current;
    const why = version === current.version ? noteOf(state, { version, canary }) : gaveWay(state);
    const written = await liveAlias
      .writeLiveAlias(functionName, { version, canary }, current.revisionId, why)
      .catch(ifOnlyTheVersion(ports, state));
    if (written !== 'changed') {
      const said = `the live alias said ${aliasInWords(current)} and now says ${aliasInWords(written)}`;
      return lookedAt(ports, state, written, said, greenWasLive);
    }
    if (known === undefined) await clock.sleep(PAUSE_MS);
  }
  throw new AliasUnsettled(`the live alias of ${functionName} kept changing while blue was put back, ${TRIES} times`);
}

/**
 * The outcome, where the alias still says what it rests on. That green has users calls a person at night, and another
 * line of defence may have put blue back since the alias was read: a step that Lambda held for long would deny it.
 */
export async function confirmed(
  { liveAlias }: Pick<Adapters, 'liveAlias'>,
  { config: { functionName } }: RolloutState,
  { liveVersion, canary }: Restored,
  outcome: Outcome,
): Promise<Outcome> {
  if (outcome !== 'not-restored') return outcome;
  const alias = await findAlias({ liveAlias }, functionName);
  if (alias?.version === liveVersion && alias?.canary?.version === canary?.version) return outcome;
  throw new AliasUnsettled(
    `the live alias of ${functionName} changed since it was read, and says ` +
      `${alias === undefined ? 'nothing' : aliasInWords(alias)} now`,
  );
}

/**
 * What a canary's alias says for as long as its revision is the one that the rollout knows. A write on that condition
 * needs no read: blue is back after one of the account's 15 control-plane calls a second, which all restores share.
 */
function asWritten({ phase, weights, blue, green, alias }: RolloutState): AliasState | undefined {
  const weight = weights.at(-1)?.weight;
  if (phase !== 'canary' || weight === undefined || green.version === undefined) return undefined;
  return { version: blue.version, canary: { version: green.version, weight }, revisionId: alias.revisionId };
}

/**
 * A write that names a version which has gone meanwhile fails as one of an alias that is gone: the alias tells which it
 * is.
 */
const ifOnlyTheVersion =
  ({ liveAlias }: Needs, { config }: RolloutState) =>
  async (error: unknown): Promise<'changed'> => {
    if (error instanceof LiveAliasMoved) await liveAlias.readLiveAlias(config.functionName);
    else throw error;
    return 'changed';
  };

/** What is so now: what the alias said last, in answer to a read or to our write, with the version that it names. */
async function lookedAt(
  ports: Needs,
  state: RolloutState,
  before: AliasState,
  said: string,
  greenWasLive: boolean,
  // An end that is tried again by another function knows only by this note whose green is.
  byHand = false,
): Promise<Restored> {
  const { functionName } = state.config;
  await followAlias(ports.liveModels, ports.clock.now(), state, before, greenWasLive, byHand);
  const askedAt = ports.clock.now();
  const expected = await findLive(ports, functionName, before.version);
  // What is recorded is what the alias said at the end: asked again where Lambda took long to tell of the version.
  const isFresh = ports.clock.now() - askedAt < FRESH_MS;
  const { version, canary } = isFresh ? before : await ports.liveAlias.readLiveAlias(functionName);
  const facts = version === before.version ? expected : await findLive(ports, functionName, version);
  const works =
    facts === undefined ? 'does not exist, or cannot be read' : isUsableState(facts.state) ? '' : `is ${facts.state}`;
  const green = [version, canary?.version].includes(state.green.version ?? '');
  const seen: Seen =
    works !== '' ? 'nothing that works' : green ? 'green' : version === state.blue.version ? 'blue' : 'another version';
  const note = works === '' ? said : `${said}; version ${version} ${works}`;
  return { liveVersion: version, canary, note, greenWasLive, seen, byHand: false };
}

/** What the alias should say instead, or undefined when there is nothing of this rollout in it, or nothing better. */
async function wanted(
  ports: Needs,
  current: AliasState,
  state: RolloutState,
  byHand: boolean,
): Promise<AliasTarget | undefined> {
  const green = state.green.version;
  const blue = state.blue.version;
  if (green === undefined || green === blue) return undefined;
  // The first model of an endpoint has no blue to give way to: reverting it would leave users without any model.
  const hasBlue = state.blue.model !== undefined;
  // A promotion leaves no weights: with weights beside green it is another writer's change, and stays.
  const greenAlone = current.version === green && current.canary === undefined;
  if (greenAlone && hasBlue && !byHand && (await promotedByUs(ports, current, state))) {
    const version = await goodVersion(ports, state, green);
    return version === undefined ? undefined : { version };
  }
  if (current.canary?.version === green) return { version: current.version };
  return undefined;
}

/**
 * Blue, or where it is gone, or had answered nothing before green replaced it, the next earlier good version: one that
 * exists, whose model can be read, and that was not taken back. A blue without its object still beats none.
 */
async function goodVersion(ports: Needs, state: RolloutState, green: string): Promise<string | undefined> {
  const { blue, config } = state;
  const usable = blue.silent === undefined ? await isUsable(ports, config.functionName, blue.version) : 'no';
  if (usable === 'yes') return blue.version;
  const earlier = await earlierVersion(ports, state, green);
  return earlier ?? (usable === 'without model' ? blue.version : undefined);
}

/** Where users are left with a version that fails, the next one that a person may go back to. */
export async function wayOut(
  ports: Pick<Needs, 'liveModels' | 'models' | 'versions'>,
  state: RolloutState,
  liveVersion: string | undefined,
): Promise<RolloutState['failing']> {
  const { failing } = state;
  if (failing === undefined || failing.version !== liveVersion) return undefined;
  // It is told all the same when it cannot be learnt.
  const earlier = await earlierVersion(ports, state, liveVersion).catch(() => undefined);
  return { ...failing, ...(earlier !== undefined && { earlier }) };
}

/** The next good version before this one, beside blue and beside green: a rollback's target may be as bad. */
async function earlierVersion(
  ports: Pick<Needs, 'liveModels' | 'models' | 'versions'>,
  { endpoint, blue, green, config }: RolloutState,
  than: string,
): Promise<string | undefined> {
  const [periods, takenBack] = [
    await ports.liveModels.livePeriods(endpoint),
    await ports.liveModels.listTakenBack(endpoint),
  ];
  for (const version of rollbackTargets(than, periods, takenBack))
    if (
      ![blue.version, green.version].includes(version) &&
      (await isUsable(ports, config.functionName, version)) === 'yes'
    )
      return version;
  return undefined;
}

async function isUsable(
  ports: Pick<Needs, 'models' | 'versions'>,
  functionName: string,
  version: string,
): Promise<'yes' | 'without model' | 'no'> {
  const facts = await findLive(ports, functionName, version);
  if (facts === undefined || !isUsableState(facts.state)) return 'no';
  const model = servedModel(facts.environment);
  // A failure to learn whether it is there must not keep users from safety.
  const there = model && (await ports.models.describeModel(model.key, model.versionId).catch(() => model));
  return there === undefined ? 'without model' : 'yes';
}

/**
 * The rollout noted its promotion, in its record or in the list of what is live, or its write says so although the step
 * could note nothing after it. The phase alone is noted before the write: a person may have been there first.
 */
const promotedByUs = async (ports: Needs, current: AliasState, state: RolloutState): Promise<boolean> =>
  state.phase === 'promoted' &&
  (state.weights.at(-1)?.weight === 100 || saysPromoted(current, state) || (await isNotedAsLive(ports, state)));

/** The words that our promotion left in the alias. */
const saysPromoted = ({ description }: AliasState, state: RolloutState): boolean =>
  state.green.version !== undefined && description === noteOf(state, { version: state.green.version });

/**
 * The alias is as this rollout last saw it. A step that was stopped half way runs on, and may be about to write: the
 * same traffic is written once more, which changes the revision, so that the step's own write is refused.
 */
const mayStillBeWritten = (current: AliasState, { alias, green, plan }: RolloutState): boolean =>
  current.revisionId === alias.revisionId && green.version !== undefined && !plan.dryRun;

/**
 * What should be live follows the alias: a revert begins blue's next period, and a green that stays, because there is
 * no blue or a person put it back, is live although its promotion broke off before it could say so.
 */
async function followAlias(
  liveModels: Adapters['liveModels'],
  now: number,
  { phase, endpoint, blue, green, startedAt }: RolloutState,
  { version }: AliasState,
  greenWasLive: boolean,
  byHand: boolean,
): Promise<void> {
  if (phase !== 'promoted') return;
  const begin = async ({ version: of, model }: RolloutState['green']): Promise<void> => {
    if (of === undefined) return;
    const hand = byHand && of === green.version && { byHand };
    await liveModels.beginLivePeriod(
      endpoint,
      { version: of, ...(model && { model }), since: isoTime(now), ...hand },
      blue,
    );
  };
  const periods = await liveModels.livePeriods(endpoint);
  const noted = periods.some((period) => period.version === green.version && period.since >= startedAt);
  if (version === green.version || (greenWasLive && !noted)) await begin(green);
  if (version === blue.version) await begin(blue);
  else if (version !== green.version && greenWasLive) {
    const earlier = periods.find((period) => period.version === version);
    if (earlier !== undefined) await begin(earlier);
  }
}
