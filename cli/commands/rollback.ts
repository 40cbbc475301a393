import { rollback as goBack } from '../../lambdas/operations/rollback';
import { actorOf, defineCommand } from '../command';
import { awaitEnd, by, endLines, endpointArgument, force, reason, secondsOf, timeout } from './common';

export const rollback = defineCommand({
  usage: 'rollback [endpoint]',
  describe: 'Go back to the version that was live before, or to another; stops a rollout that runs',
  examples: ["greenlight rollback digits --reason 'complaints since noon'", 'greenlight rollback digits --to 7'],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('to', {
        type: 'string',
        describe: 'Version number [default: the newest earlier one that was not taken back]',
        requiresArg: true,
      })
      .option('reason', reason)
      .option('by', by)
      .option('force', force)
      .option('wait', { type: 'boolean', default: true, describe: 'Wait for its end; --no-wait does not' })
      .option('timeout', timeout(900)),
  run: async (cli, { endpoint, to, wait, timeout: limit, force: forced, ...who }) => {
    const seconds = secondsOf(limit);
    const { ports } = await cli.app();
    const started = await goBack(ports, endpoint, {
      ...actorOf(cli, who),
      force: forced,
      ...(to !== undefined && { to }),
    });
    const warned = started.warning === null ? [] : [`Careful: ${started.warning}.`];
    if (!wait)
      return {
        result: { ...started, rollout: null },
        lines: [...warned, `${started.endpoint}: rollback ${started.rolloutId} has begun.`],
      };
    const { rollout, exitCode } = await awaitEnd(cli, ports, started.endpoint, started.rolloutId, seconds);
    return { result: { ...started, rollout }, lines: [...warned, ...endLines(rollout)], exitCode };
  },
});
