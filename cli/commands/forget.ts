import { chooseKept, type Chosen, forget as remove, type Which } from '../../lambdas/operations/forget';
import { some } from '../../lambdas/domain/numbers';
import { utc } from '../../lambdas/operations/rollout-view';
import { defineCommand } from '../command';
import { UsageError } from '../failure';
import { confirmed, endpointArgument } from './common';

interface Choice {
  readonly request?: string | undefined;
  readonly before?: string | undefined;
  readonly all: boolean;
}

export const forget = defineCommand({
  usage: 'forget <endpoint>',
  describe: 'Delete captured requests for good: one, those of before a day, or all',
  examples: ['greenlight forget digits --before 2026-11-01'],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', { ...endpointArgument, describe: 'Endpoint', demandOption: true })
      .option('request', {
        type: 'string',
        describe: "One request: Lambda's id of it, or the key of its object",
        requiresArg: true,
      })
      .option('before', {
        type: 'string',
        describe: 'Those captured before this day or time in UTC: 2026-11-23, 2026-11-23T10:00Z',
        requiresArg: true,
      })
      .option('all', { type: 'boolean', default: false, describe: 'All that is kept of the endpoint' })
      .option('yes', { type: 'boolean', default: false, describe: 'Delete without asking' }),
  run: async (cli, { endpoint, yes, ...choice }) => {
    const which = whichOf(choice);
    const { ports } = await cli.app();
    const chosen = await chooseKept(ports, endpoint, which);
    const { versions, ...told } = chosen;
    if (versions.length === 0)
      return { result: { ...told, deleted: false }, lines: [`${chosen.endpoint}: no such captured request is kept.`] };
    if (!yes)
      await confirmed(cli.ask, {
        question: `Delete ${inWords(chosen)} of ${chosen.endpoint} for good? [y/N] `,
        refused: `${inWords(chosen)} of ${chosen.endpoint} would be deleted for good, and nothing was`,
      });
    await remove(ports, chosen);
    return {
      result: { ...told, deleted: true },
      lines: [`${chosen.endpoint}: ${inWords(chosen)} deleted for good.`, KEPT],
    };
  },
});

const KEPT = 'Not deleted: labels (feedback), records and reports of rollouts. No request is in these.';

function whichOf({ request, before, all }: Choice): Which {
  const given = [request, before, all || undefined].filter((one) => one !== undefined);
  if (given.length !== 1) throw new UsageError('say which requests: one of --request ID, --before DATE and --all');
  if (request !== undefined) return { request };
  if (before === undefined) return { all: true };
  const at = /^\d{4}-\d{2}-\d{2}(T.+Z)?$/.test(before) ? Date.parse(before) : NaN;
  if (Number.isNaN(at)) throw new UsageError(`--before is ${before}: must be a day or a time in UTC, as 2026-11-23`);
  return { before: at };
}

const inWords = ({ requests, bytes, oldest, newest }: Chosen): string =>
  oldest === null || newest === null
    ? 'the markers of deleted requests'
    : `${some(requests, 'captured request')} (${Math.ceil(bytes / 1024)} KB, ${utc(oldest)} to ${utc(newest)})`;
