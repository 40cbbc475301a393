import type { Adapters } from '../../adapters/adapters';
import type { ListedCapture } from '../../adapters/s3/captured-requests';
import { PreflightFailed } from '../../contract/errors';
import { DataSetInvalid } from '../../contract/data-request';
import { CAPTURED_PREFIX, SAMPLES_PREFIX } from '../../contract/names';
import {
  capturedReplay,
  type KeptReplay,
  type ReplayRequest,
  SAMPLES_LIMITS,
  sampleRequests,
} from '../../contract/replay';
import type { RolloutState } from '../../contract/rollout-state';
import { HOUR_MS } from '../../domain/minutes';
import { count } from '../../domain/numbers';
import { canaryComes, comparable, replayMode } from '../rollout/progress';

type Needs = Pick<Adapters, 'capturedRequests' | 'clock' | 'hash'>;

const DAY_MS = 24 * HOUR_MS;
/** Captures are deleted after a week; a day is looked at after the other until there are enough. */
const DAYS = 7;
/**
 * Without a canary no proof leads on, and these show what fails: a kind of request that one user in a hundred sends is
 * among them with 87 %.
 */
const WITHOUT_CANARY = 200;

/** The requests of the samples file, of the version that was the current one when the replay began. */
export interface Samples {
  readonly requests: readonly ReplayRequest[];
  readonly versionId: string | undefined;
}

export interface Drawn {
  /** Ids, in the order in which they are asked. */
  readonly requests: readonly string[];
  readonly captured: number;
  /** Where they came from, in words. */
  readonly from: string;
}

/**
 * Draws the requests of a rollout: at random, by its id alone, so that a retry draws the same; of captured ones each
 * hour has as many as the next, so that a flood in one of them crowds out no other, and identical ones come once. The
 * samples file and what was captured in the last day are drawn from together; where they are too few, up to a week of
 * captures. Of identical lines of the file the last is drawn.
 */
export async function drawRequests(ports: Needs, state: RolloutState, samples: Samples): Promise<Drawn> {
  const { settings } = state.config;
  const lines = [...new Map(samples.requests.map((one) => [ports.hash(contentOf(one)), one])).values()];
  const alike = samples.requests.length - lines.length;
  const proves = canaryComes(state) || state.plan.dryRun || replayMode(state.config) === 'required';
  const wanted = proves ? settings.replay.pairs : Math.min(WITHOUT_CANARY, settings.replay.pairs);
  const captures =
    settings.captureSampleRate === 0 ? [] : await recentCaptures(ports, state, wanted - lines.length, lines);
  const rank = (id: string) => ports.hash(`${state.id} ${id}`);
  const inOrder = (ids: readonly string[]) =>
    ids
      .map((id) => [rank(id), id] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, id]) => id);
  const all = lines.length + captures.length;
  const ofLines = all === 0 ? 0 : Math.round((Math.min(wanted, all) * lines.length) / all);
  const fromFile = inOrder(lines.map(({ id }) => id)).slice(0, ofLines);
  const captured = byHour(captures, Math.min(wanted, all) - ofLines, inOrder);
  const from = [
    ...(captured.length > 0 ? [`${count(captured.length)} of ${count(captures.length)} captured requests`] : []),
    ...(fromFile.length > 0
      ? [
          `${count(fromFile.length)} of ${count(lines.length)} samples in ` +
            `${state.samples}${alike > 0 ? `, which has ${count(alike)} more that are identical to one of them` : ''}`,
        ]
      : []),
  ].join(' and ');
  return { requests: inOrder([...fromFile, ...captured]), captured: captured.length, from };
}

/** Identical requests whose labels differ are not the same question. */
const contentOf = ({ inputs, labels }: ReplayRequest): string => JSON.stringify([inputs, labels]);

/** Reads the request of an id; undefined for one that is gone, or is none. */
export function requestReader(
  { capturedRequests }: Pick<Adapters, 'capturedRequests'>,
  samples: Samples,
): (id: string) => Promise<ReplayRequest | undefined> {
  const byId = new Map(samples.requests.map((one) => [one.id, one] as const));
  return async (id) => {
    if (!id.startsWith(CAPTURED_PREFIX)) return byId.get(id);
    const text = await capturedRequests.readCapture(id);
    return text === undefined ? undefined : capturedReplay(id, text);
  };
}

/**
 * The key of the endpoint's samples: the one that its settings name, or the usual one where there is such a file.
 * Undefined where there is none, or nothing to compare with.
 */
export async function findSamples(
  { models }: Pick<Adapters, 'models'>,
  state: RolloutState,
): Promise<string | undefined> {
  const { config } = state;
  if (!comparable(state) || state.plan.action !== 'rollout' || replayMode(config) === 'off') return undefined;
  if (config.settings.replay.samples !== undefined) return config.settings.replay.samples;
  const usual = `${SAMPLES_PREFIX}${config.settings.name}.jsonl.gz`;
  return (await models.isThere(usual)) ? usual : undefined;
}

/** @param kept what the chunks before have left, which names the version of the file; undefined before the first */
export async function readSamples(
  { models }: Pick<Adapters, 'models'>,
  { config, samples: key }: RolloutState,
  kept: Pick<KeptReplay, 'samplesVersion'> | undefined,
): Promise<Samples> {
  if (key === undefined) return { requests: [], versionId: undefined };
  const found = await models.readBytes(key, SAMPLES_LIMITS.maxBytes, kept?.samplesVersion);
  // The usual file is no promise; one that the settings name is.
  if (found === 'missing' && config.settings.replay.samples === undefined)
    return { requests: [], versionId: undefined };
  if (found === 'missing')
    throw new PreflightFailed(`replay.samples: there is no s3://${models.bucket}/${key}; upload it first`);
  if (found === 'too-large')
    throw new PreflightFailed(
      `replay.samples: ${key} is larger than the limit of ${SAMPLES_LIMITS.maxBytes / 1024 / 1024} MB`,
    );
  try {
    return { requests: sampleRequests(key, found.bytes), versionId: found.versionId };
  } catch (error) {
    if (error instanceof DataSetInvalid) throw new PreflightFailed(`replay.samples: ${key}: ${error.message}`);
    throw error;
  }
}

/** Of the last 24 hours; of a day more, and another, as long as there are too few. */
async function recentCaptures(
  { capturedRequests, clock }: Needs,
  { config: { settings } }: RolloutState,
  wanted: number,
  lines: readonly ReplayRequest[],
): Promise<readonly ListedCapture[]> {
  // One that is in the samples file as well may have a label there.
  const inFile = new Set(lines.map(({ inputs }) => capturedRequests.tagOf(JSON.stringify({ inputs }))));
  const now = clock.now();
  const byTag = new Map<string, ListedCapture>();
  for (let day = 0; day <= DAYS && (day <= 1 || byTag.size < wanted); day += 1)
    for (const one of await capturedRequests.capturedOn(settings.name, now - day * DAY_MS))
      if (!inFile.has(one.tag) && !byTag.has(one.tag) && (byTag.size < wanted || one.capturedMs >= now - DAY_MS))
        byTag.set(one.tag, one);
  return [...byTag.values()];
}

/** So many of them: of each hour as many as of the next, and of those with fewer all. */
function byHour(
  captures: readonly ListedCapture[],
  wanted: number,
  inOrder: (ids: readonly string[]) => readonly string[],
): readonly string[] {
  const hours = new Map<number, string[]>();
  for (const { key, capturedMs } of captures) {
    const hour = Math.floor(capturedMs / HOUR_MS);
    const keys = hours.get(hour);
    if (keys === undefined) hours.set(hour, [key]);
    else keys.push(key);
  }
  let left = wanted;
  return [...hours.values()]
    .sort((a, b) => a.length - b.length)
    .flatMap((keys, index) => {
      const drawn = inOrder(keys).slice(0, Math.floor(left / (hours.size - index)));
      left -= drawn.length;
      return drawn;
    });
}
