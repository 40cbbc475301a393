import type { EndpointConfig } from '../../lambdas/contract/endpoint-settings';
import { floorMinute, isoTime, MINUTE_MS, SETTLE_MS } from '../../lambdas/domain/minutes';
import { type BlueDay, dayOfBaseline } from '../../lambdas/domain/plan/blue-day';
import type { Adapters } from '../../lambdas/adapters/adapters';
import { currentRollout } from '../../lambdas/operations/current-rollout';
import { timesWarmAlone } from '../../lambdas/domain/gates/latency';

type Needs = Pick<Adapters, 'clock' | 'evidence' | 'executions' | 'liveModels' | 'locks' | 'records'>;

const DAY_MS = 24 * 60 * MINUTE_MS;
/** With fewer minutes of the live version the one before it tells more. */
const ENOUGH_MINUTES = 60;
/** Among so many of the newest rollouts is the one that promoted the live version. */
const NEWEST = 20;

interface LiveStretch {
  readonly version: string;
  readonly from: number;
  readonly until: number;
}

/**
 * Blue's last 24 hours, or as long as it has been live, as CloudWatch counted them: the reading that a rollout makes of
 * the hour before its canary, over a day. About 40 metrics, which cost a thirtieth of a cent. Minutes in which a canary
 * had a part of the traffic are none of blue's day. A version that went live within the hour has seen too little: then
 * it is the day of the one before it.
 *
 * @param blue the live version
 * @returns `unavailable` when CloudWatch gives no complete answer; a day without minutes when nothing has settled yet
 */
export async function blueFromCloudWatch(
  ports: Needs,
  config: EndpointConfig,
  blue: string,
): Promise<{ readonly day: BlueDay; readonly source: string } | 'unavailable'> {
  const live = await stretchOfLive(ports, config.settings.name, blue);
  const before =
    minutesOf(live) < ENOUGH_MINUTES ? await stretchBefore(ports, config.settings.name, blue, live.from) : undefined;
  const { version, from, until } = before !== undefined && minutesOf(before) > minutesOf(live) ? before : live;
  const read = await ports.evidence.fetchBaseline({
    config,
    blue: version,
    from: isoTime(Math.min(from, until)),
    until: isoTime(until),
    outline: false,
  });
  if (read === 'unavailable') return read;
  const day = dayOfBaseline(read.baseline, timesWarmAlone(config.builtIn, config.settings.gates.latency));
  const which = version === blue ? `version ${version}` : `version ${version}, which was live before ${blue},`;
  return { day, source: `the last ${inHours(day.minutes.length)} of ${which} in CloudWatch` };
}

const minutesOf = ({ from, until }: LiveStretch): number => Math.max(0, until - from) / MINUTE_MS;

async function stretchOfLive(ports: Needs, endpoint: string, version: string): Promise<LiveStretch> {
  const settled = floorMinute(ports.clock.now()) - SETTLE_MS;
  const [periods, current] = await Promise.all([
    ports.liveModels.livePeriods(endpoint),
    currentRollout(ports, endpoint),
  ]);
  const since = Date.parse(periods.find((one) => one.version === version)?.since ?? '') || 0;
  const { phase, weights = [] } = current?.record?.state ?? {};
  const shifted = phase === 'canary' ? Date.parse(weights[0]?.at ?? '') : NaN;
  const until = Number.isNaN(shifted) ? settled : Math.min(settled, floorMinute(shifted));
  return { version, from: Math.max(until - DAY_MS, ceilMinute(since)), until };
}

/** Undefined for the first version, and where nothing says when its canary began. */
async function stretchBefore(
  { liveModels, records }: Needs,
  endpoint: string,
  live: string,
  liveFrom: number,
): Promise<LiveStretch | undefined> {
  const [periods, newest] = await Promise.all([
    liveModels.livePeriods(endpoint),
    records.listRecords(endpoint, NEWEST),
  ]);
  const at = periods.findIndex(({ version }) => version === live);
  const before = periods.slice(at + 1).find(({ version }) => version !== live);
  if (at < 0 || before === undefined) return undefined;
  const promoted = newest.find(({ state }) => state?.green.version === live && state.phase === 'promoted');
  const began = Date.parse(promoted?.state?.weights[0]?.at ?? before.until ?? '');
  if (Number.isNaN(began)) return undefined;
  const until = Math.min(liveFrom, floorMinute(began));
  return { version: before.version, from: Math.max(until - DAY_MS, ceilMinute(Date.parse(before.since))), until };
}

const ceilMinute = (ms: number): number => Math.ceil(ms / MINUTE_MS) * MINUTE_MS;

const inHours = (minutes: number): string =>
  minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
