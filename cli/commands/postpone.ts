import { MAX_POSTPONE_DAYS } from '../../lambdas/contract/work';
import { postpone as hold, type Until } from '../../lambdas/operations/teardown';
import { defineCommand } from '../command';
import { UsageError } from '../failure';
import { teardownLines } from '../render/teardown';
import { endpointArgument, numberOf, reason } from './common';

export const postpone = defineCommand({
  usage: 'postpone [endpoint]',
  describe: 'Keep everything of an endpoint from the teardown for a while',
  examples: ["greenlight postpone digits --hours 48 --reason 'an audit'"],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('hours', {
        type: 'string',
        describe: `For so many hours, at most ${MAX_POSTPONE_DAYS * 24}`,
        requiresArg: true,
      })
      .option('until', {
        type: 'string',
        describe: 'Until this time, for example 2026-12-01T08:00:00Z',
        requiresArg: true,
      })
      .option('lift', { type: 'boolean', default: false, describe: 'No longer' })
      .option('reason', reason),
  run: async (cli, { endpoint, hours, until, lift, reason: why }) => {
    const when = untilOf(hours, until, lift);
    const { ports } = await cli.app();
    const result = await hold(ports, endpoint, when, why ?? '');
    return { result, lines: teardownLines([result], cli.columns) };
  },
});

/** @throws UsageError unless exactly one of the three is given, within its limits */
function untilOf(hours: string | undefined, until: string | undefined, lift: boolean): Until {
  const given = [hours !== undefined, until !== undefined, lift].filter(Boolean).length;
  if (given !== 1) throw new UsageError(`name one of --hours, --until and --lift; ${given} were given`);
  if (lift) return undefined;
  if (hours !== undefined) return { hours: numberOf('hours', hours, 1, MAX_POSTPONE_DAYS * 24) };
  const at = Date.parse(until ?? '');
  if (!Number.isFinite(at))
    throw new UsageError(`--until: must be a time in UTC such as 2026-12-01T08:00:00Z; got "${until}"`);
  return { until: new Date(at).toISOString() };
}
