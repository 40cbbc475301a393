import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { type TrafficPeriod, floorMinute, isoTime, MINUTE_MS, SETTLE_MS } from '../../lambdas/domain/minutes';
import { STATES } from '../../lambdas/domain/workflow';
import { count, some } from '../../lambdas/domain/numbers';
import { start as begin } from '../../lambdas/operations/start';
import { weightChanges } from '../../lambdas/pages/words/outcome';
import type { CliApp } from '../app/cli-app';
import { actorOf, type Cli, defineCommand } from '../command';
import { EXIT } from '../exit-codes';
import { labelled } from '../render/text';
import { awaitEnd, by, endLines, endpointArgument, reason, secondsOf, timeout } from './common';

/** What a drill measured. Times are seconds until green had 0 % again. */
export interface Drill {
  /** The judge, or an alarm, stopped it. */
  readonly stopped: boolean;
  readonly version: string | null;
  /** Green's share of live traffic, percent; null where it got none. */
  readonly weight: number | null;
  /** Since the first bad minute by the judge began. */
  readonly sinceBadMinute: number | null;
  /** Since the first request that failed, which CloudWatch tells to the minute. */
  readonly sinceFirstFailure: { readonly least: number; readonly most: number; readonly from: string } | null;
  /** Requests of users that failed on purpose; null while CloudWatch does not say. */
  readonly usersHarmed: number | null;
}

export const drill = defineCommand({
  usage: 'drill [endpoint]',
  describe: 'Fail a few users on purpose, where the settings allow it, and measure how soon they are off it',
  examples: ["greenlight drill digits --reason 'quarterly drill'"],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('reason', reason)
      .option('by', by)
      .option('timeout', timeout(3600)),
  run: async (cli, { endpoint, timeout: limit, ...who }) => {
    const seconds = secondsOf(limit);
    const app = await cli.app();
    const started = await begin(app.ports, { endpoint, action: 'drill', ...actorOf(cli, who) });
    const { rollout } = await awaitEnd(cli, app.ports, started.endpoint, started.rolloutId, seconds);
    const record = await app.ports.records.readRecord(started.endpoint, started.rolloutId);
    const measured = record === undefined ? undefined : await measure(cli, app, record);
    return {
      result: { ...started, drill: measured ?? null, rollout },
      lines: [...(measured ? inWords(measured, cli.columns) : []), ...endLines(rollout)],
      exitCode: measured?.stopped === true ? EXIT.ok : EXIT.refused,
    };
  },
});

async function measure(cli: Cli, app: CliApp, record: RolloutRecord): Promise<Drill> {
  const { state, error, outcome } = record;
  const changes = weightChanges(record);
  const [given, back] = [changes.find(({ weight }) => weight > 0), changes.find(({ weight }) => weight === 0)];
  const version = state?.green.version ?? null;
  const measured: Drill = {
    stopped: outcome === 'aborted' && error === 'CanaryRegressed',
    version,
    weight: given?.weight ?? null,
    ...{ sinceBadMinute: null, sinceFirstFailure: null, usersHarmed: given === undefined ? 0 : null },
  };
  if (given === undefined || back === undefined || version === null) return measured;
  const until = Date.parse(back.at);
  const secondsSince = (from: number): number => Math.round((until - from) / 1000);
  const badSince = state?.judgement?.badSince;
  const failed = await failedMinutes(cli, app, record, Date.parse(given.at), until);
  const [first] = failed ?? [];
  const from = first && Math.max(first.at, Date.parse(given.at));
  return {
    ...measured,
    sinceBadMinute: badSince === undefined ? null : secondsSince(Date.parse(badSince)),
    sinceFirstFailure:
      first === undefined || from === undefined
        ? null
        : {
            least: secondsSince(Math.min(until, first.at + MINUTE_MS)),
            most: secondsSince(from),
            from: isoTime(from),
          },
    usersHarmed: failed && failed.reduce((sum, { failures }) => sum + failures, 0),
  };
}

/**
 * Minutes in which green failed users, the first of its traffic and the last included; null where CloudWatch does not
 * say.
 */
async function failedMinutes(
  cli: Cli,
  { ports, context }: CliApp,
  { endpoint, state }: RolloutRecord,
  from: number,
  until: number,
): Promise<readonly TrafficPeriod[] | null> {
  const green = state?.green.version;
  if (context === undefined || state === undefined || green === undefined) return null;
  const end = floorMinute(until) + MINUTE_MS;
  const settlesIn = end + SETTLE_MS - ports.clock.now();
  if (settlesIn > 0) {
    cli.note(`${endpoint}: green has 0 % again; counting the users it failed, once CloudWatch has the last minute.`);
    await ports.clock.sleep(settlesIn);
  }
  // Late: the SDK takes longer to load than most commands to run.
  const { cloudwatchTraffic } = await import('../../lambdas/adapters/cloudwatch/traffic');
  const read = await cloudwatchTraffic(context).readTraffic({
    config: state.config,
    versions: [state.blue.version, green],
    measures: [],
    ...{ fromMs: floorMinute(from), untilMs: end, periodSeconds: MINUTE_MS / 1000 },
  });
  // Green was asked to fail once before it had users; where that was in their first minute, it is none of theirs.
  const asked = floorMinute(Date.parse(state.timeline.findLast((one) => one.state === STATES.verifyGreen)?.at ?? ''));
  const ofUsers = ({ at, failures, ...more }: TrafficPeriod) => ({
    ...more,
    at,
    failures: failures - (at === asked ? 1 : 0),
  });
  return read === 'unavailable' ? null : (read.get(green) ?? []).map(ofUsers).filter(({ failures }) => failures > 0);
}

function inWords({ stopped, version, weight, ...times }: Drill, columns: number): readonly string[] {
  const { sinceBadMinute, sinceFirstFailure, usersHarmed } = times;
  const line = (label: string, text: string) => labelled(label, text, Math.min(columns, 100), 12);
  if (weight === null) return ['The drill ended before any user met it.'];
  const between = sinceFirstFailure && sinceFirstFailure.least !== sinceFirstFailure.most;
  const since = [
    ...(sinceBadMinute === null ? [] : [`${count(sinceBadMinute)} s after the first bad minute began`]),
    ...(sinceFirstFailure === null
      ? []
      : [
          `${between ? `${count(sinceFirstFailure.least)} to ` : ''}${count(sinceFirstFailure.most)} s after the ` +
            `first failed request, which came ${sinceFirstFailure.from.slice(11, 19)} UTC at the earliest`,
        ]),
  ];
  return [
    `Drill: version ${version ?? '?'} failed every request on purpose and was ` +
      `${stopped ? 'stopped' : 'NOT stopped by the judge'}.`,
    ...line('0 % again', since.join('; ') || 'CloudWatch does not say since when it failed'),
    ...line(
      'users',
      usersHarmed === null
        ? `it had ${weight} % of them; CloudWatch does not say how many met it`
        : `${some(usersHarmed, 'request')} failed on purpose, at ${weight} % of live traffic`,
    ),
  ];
}
