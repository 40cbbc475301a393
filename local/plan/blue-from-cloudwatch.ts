import type { EndpointConfig } from '../../lambdas/contract/endpoint-settings';
import { floorMinute, isoTime, MINUTE_MS, SETTLE_MS } from '../../lambdas/domain/minutes';
import { type BlueDay, dayOfBaseline } from '../../lambdas/domain/plan/blue-day';
import type { Ports } from '../../lambdas/ports/ports';
import { warmOnly } from '../../lambdas/steps/judging/warm-only';

const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * Blue's last 24 hours, or as long as it has been live, as CloudWatch counted them: the reading that a rollout makes of the
 * hour before its canary, over a day. About 40 metrics, which cost a thirtieth of a cent.
 *
 * @param blue the live version
 * @returns `unavailable` when CloudWatch gives no complete answer; a day without minutes when nothing has settled yet
 */
export async function blueFromCloudWatch(
  { clock, evidence, liveModels }: Pick<Ports, 'clock' | 'evidence' | 'liveModels'>,
  config: EndpointConfig,
  blue: string,
): Promise<{ readonly day: BlueDay; readonly source: string } | 'unavailable'> {
  const until = floorMinute(clock.now()) - SETTLE_MS;
  const periods = await liveModels.read(config.settings.name);
  const since = Date.parse(periods.find(({ version }) => version === blue)?.since ?? '') || 0;
  const from = Math.max(until - DAY_MS, Math.ceil(since / MINUTE_MS) * MINUTE_MS);
  const read = await evidence.baseline({
    config,
    blue,
    from: isoTime(Math.min(from, until)),
    until: isoTime(until),
    outline: false,
  });
  if (read === 'unavailable') return read;
  const day = dayOfBaseline(read.baseline, warmOnly(config));
  return { day, source: `the last ${inHours(day.minutes.length)} of version ${blue} in CloudWatch` };
}

const inHours = (minutes: number): string =>
  minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
