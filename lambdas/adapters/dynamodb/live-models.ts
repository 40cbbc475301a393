import * as z from 'zod';
import { pinnedModelSchema } from '../../contract/rollout-state';
import { MAX_PERIODS, neededPeriods } from '../../domain/idle-versions';
import type { TakenBack } from '../../domain/rollback';
import type { PinnedModel, ServedVersion } from '../../domain/rollout';
import type { AdapterContext } from '../sdk/context';
import { dynamodbTable, parsedItem, PRESENT, StoredItemContended, unchangedSince, WRITE_ATTEMPTS } from './table';

export interface LivePeriod {
  readonly version: string;
  readonly model?: PinnedModel;
  readonly since: string;
  /** Absent while it is live. */
  readonly until?: string;
  /** Of the code and the settings that it came live with. Periods of before it was noted have none. */
  readonly fingerprint?: string;
  /** CodeSha256 that came live with it before its own deploy had stored its settings; a rollback keeps it, too. */
  readonly codeAhead?: string;
  /** A person pointed the alias at it, beside a rollout that had not promoted it. */
  readonly byHand?: boolean;
}

/**
 * What should be live, what was, and what was taken back: the periods that may still be needed, newest first; the
 * oldest without their model.
 */
export interface LiveModels {
  livePeriods(endpoint: string): Promise<readonly LivePeriod[]>;
  /**
   * Ends the current period and begins one; nothing changes when `version` is current already. `mayStill` is asked
   * between each read and its write, and throws when the caller's time is over: whatever others write after that makes
   * ours fail. `before` was live until now: where nothing is noted, although it had a model, the item was lost. A
   * version that comes back without a fingerprint has the one that it had.
   */
  beginLivePeriod(
    endpoint: string,
    period: Omit<LivePeriod, 'until'>,
    before?: ServedVersion,
    mayStill?: () => Promise<void>,
  ): Promise<void>;
  /** What is live turned out to have this code and these settings. Nothing happens when another version is live. */
  noteFingerprint(endpoint: string, version: string, fingerprint: string): Promise<void>;
  /** The endpoint is gone, or begins anew with another function. */
  forgetLivePeriods(endpoint: string): Promise<void>;
  /** Newest first. What is live again, by a new period, is taken back no more. */
  listTakenBack(endpoint: string): Promise<readonly TakenBack[]>;
  /** Notes it once for each version and rollout. `live` is live now: where nothing is noted the item was lost. */
  noteTakenBack(endpoint: string, taken: TakenBack, live: ServedVersion): Promise<void>;
  /** Of what was live before this moment nothing is known; undefined where all is. */
  unknownBefore(endpoint: string): Promise<string | undefined>;
  /** Nothing is noted, or nothing of what was before it got lost. */
  isLost(endpoint: string): Promise<boolean>;
  /**
   * Adds, below what is noted since, what others know of the time before; `now` is what is live if nothing is noted.
   */
  recover(
    endpoint: string,
    known: {
      readonly periods: readonly LivePeriod[];
      readonly takenBack: readonly TakenBack[];
      readonly unknownBefore?: string;
    },
    now: Omit<LivePeriod, 'until'>,
  ): Promise<void>;
}

const LIVE = 'LIVE';

const period = z.object({
  version: z.string().min(1),
  model: pinnedModelSchema.optional(),
  since: z.iso.datetime(),
  until: z.iso.datetime().optional(),
  fingerprint: z.string().min(1).optional(),
  codeAhead: z.string().min(1).optional(),
  byHand: z.boolean().optional(),
});
const taken = z.object({
  version: z.string().min(1),
  at: z.iso.datetime(),
  rolloutId: z.string().min(1),
  how: z.enum(['reverted', 'aborted', 'rolled back', 'did not answer']),
});
/** Of versions that may still exist; 150 bytes each. */
const MAX_TAKEN_BACK = 200;
const liveItem = z.object({
  writes: z.int().min(1),
  periods: z.array(period).max(MAX_PERIODS),
  // Items of before it was noted have none.
  takenBack: z.array(taken).default([]),
  /** The item was gone when it was written, and nothing has brought back what it said. */
  lost: z.literal(true).optional(),
  unknownBefore: z.iso.datetime().optional(),
});
type Noted = Omit<z.output<typeof liveItem>, 'writes'>;

/**
 * What was live when, and what was taken back: one item per endpoint, newest first, whose `writes` counts its changes.
 */
export const dynamodbLiveModels = (context: AdapterContext): LiveModels => {
  const table = dynamodbTable(context);
  const find = async (endpoint: string) => {
    const item = await table.getItem(endpoint, LIVE);
    const parsed = parsedItem(liveItem, item);
    const { writes, ...noted } = parsed ?? (item === undefined ? NOTHING : OVERWRITTEN);
    return { noted, writes, unchanged: unchangedSince(item, parsed) };
  };
  const read = async (endpoint: string): Promise<Noted> => (await find(endpoint)).noted;
  /** `change` answers undefined when there is nothing to write. */
  async function rewrite(endpoint: string, change: (now: Noted) => Noted | undefined, mayStill?: () => Promise<void>) {
    for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
      const { noted, writes, unchanged } = await find(endpoint);
      const changed = change(noted);
      if (changed === undefined) return;
      await mayStill?.();
      if (await table.putItem(endpoint, LIVE, { writes: writes + 1, ...changed }, unchanged)) return;
    }
    throw new StoredItemContended(`What is live at endpoint ${endpoint} changed ${WRITE_ATTEMPTS} times meanwhile.`);
  }
  return {
    livePeriods: async (endpoint) => (await read(endpoint)).periods,
    forgetLivePeriods: async (endpoint) => void (await table.removeItem(endpoint, LIVE, PRESENT)),
    listTakenBack: async (endpoint) => (await read(endpoint)).takenBack,
    beginLivePeriod: (endpoint, next, before, mayStill) =>
      rewrite(
        endpoint,
        (noted) => {
          if (isCurrent(noted.periods[0], next.version)) return undefined;
          const { periods, takenBack, ...rest } = withLive(noted, before);
          return {
            ...rest,
            periods: [...after(periods, next)],
            takenBack: takenBack.filter(({ version }) => version !== next.version),
          };
        },
        mayStill,
      ),
    noteFingerprint: (endpoint, version, fingerprint) =>
      rewrite(endpoint, (noted) => {
        const [current, ...earlier] = noted.periods;
        if (current === undefined || !isCurrent(current, version) || current.fingerprint === fingerprint)
          return undefined;
        const { model, since } = current;
        return { ...noted, periods: [{ version, ...(model && { model }), since, fingerprint }, ...earlier] };
      }),
    noteTakenBack: (endpoint, one, live) =>
      rewrite(endpoint, (noted) => {
        const { takenBack, ...rest } = withLive(noted, live);
        const isNoted = takenBack.some(
          ({ version, rolloutId }) => version === one.version && rolloutId === one.rolloutId,
        );
        const others = takenBack.filter(({ version }) => version !== one.version);
        return isNoted ? undefined : { ...rest, takenBack: [one, ...others].slice(0, MAX_TAKEN_BACK) };
      }),
    unknownBefore: async (endpoint) => (await read(endpoint)).unknownBefore,
    isLost: async (endpoint) => {
      const { noted, writes } = await find(endpoint);
      return writes === 0 || noted.lost === true;
    },
    recover: (endpoint, known, now) => rewrite(endpoint, (noted) => recovered(noted, known, now)),
  };
};

const NOTHING: z.output<typeof liveItem> = { writes: 0, periods: [], takenBack: [] };
/** A person has overwritten the item: what it said is lost. */
const OVERWRITTEN: z.output<typeof liveItem> = { ...NOTHING, lost: true };

/** It is not known since when: what said so is gone. Early enough for readers of what came before. */
const LONG_AGO = '1970-01-01T00:00:00.000Z';

/** What was live until now, where nothing is noted of it. An endpoint without a model never had a history. */
function withLive(noted: Noted, live: ServedVersion | undefined): Noted {
  if (noted.periods.length > 0 || live?.model === undefined) return noted;
  return { ...noted, lost: true, periods: [{ version: live.version, model: live.model, since: LONG_AGO }] };
}

/**
 * What was noted since the loss goes before what others know; a period that began long ago gives way to what they say
 * of it.
 */
function recovered(noted: Noted, known: Parameters<LiveModels['recover']>[1], now: Omit<LivePeriod, 'until'>): Noted {
  const since = noted.periods.filter((one) => one.since !== LONG_AGO);
  const guessed = noted.periods.find((one) => one.since === LONG_AGO);
  const end = since.at(-1)?.since ?? guessed?.until;
  const before = known.periods.filter((one) => end === undefined || one.since < end);
  const live = guessed ?? (noted.periods.length === 0 ? now : undefined);
  const isMissing = live !== undefined && before[0]?.version !== live.version;
  const [last, ...rest] = isMissing
    ? [{ ...live, since: before[0] ? now.since : live.since }, ...ended(before, now.since)]
    : before;
  const periods = [...since, ...(last ? [{ ...last, ...(end !== undefined && { until: end }) }] : []), ...rest];
  const more = known.takenBack.filter(
    ({ version }) => version !== periods[0]?.version && !noted.takenBack.some((one) => one.version === version),
  );
  const unknownBefore = known.unknownBefore ?? (known.periods.length === 0 ? now.since : undefined);
  return {
    periods: [...neededPeriods(periods, Date.parse(now.since))],
    takenBack: [...noted.takenBack, ...more].slice(0, MAX_TAKEN_BACK),
    ...(unknownBefore !== undefined && { unknownBefore }),
  };
}

const ended = ([newest, ...rest]: readonly LivePeriod[], at: string): readonly LivePeriod[] =>
  newest === undefined ? [] : [{ ...newest, until: newest.until ?? at }, ...rest];

const isCurrent = (newest: LivePeriod | undefined, version: string): boolean =>
  newest !== undefined && newest.until === undefined && newest.version === version;

function after(periods: readonly LivePeriod[], next: Omit<LivePeriod, 'until'>): readonly LivePeriod[] {
  const { version, model, since, codeAhead, byHand } = next;
  const fingerprint = next.fingerprint ?? periods.find((one) => one.version === version)?.fingerprint;
  const noted = { ...(fingerprint && { fingerprint }), ...(codeAhead && { codeAhead }), ...(byHand && { byHand }) };
  const begun: LivePeriod = { version, ...(model && { model }), since, ...noted };
  const [current, ...earlier] = periods;
  if (current === undefined) return [begun];
  const ended = { ...current, until: current.until ?? next.since };
  return neededPeriods([begun, ended, ...earlier], Date.parse(next.since));
}
