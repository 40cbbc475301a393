import { abort as stop } from '../../lambdas/operations/abort';
import { actorOf, defineCommand } from '../command';
import { by, endLines, endpointArgument, meant, reason, secondsOf, timeout } from './common';

/** One period of the reconciler, which is there when the event of the stop is lost, and a minute. */
const PATIENCE_SECONDS = 360;

export const abort = defineCommand({
  usage: 'abort [endpoint]',
  describe: 'Stop the rollout that runs, and wait until blue alone is back in service',
  examples: ['greenlight abort digits', "greenlight abort digits --reason 'the wrong model'"],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('reason', reason)
      .option('by', by)
      .option('rollout', meant)
      .option('timeout', timeout(PATIENCE_SECONDS)),
  run: async (cli, { endpoint, rollout, timeout: limit, ...who }) => {
    const seconds = secondsOf(limit);
    const { ports } = await cli.app();
    cli.note('Stopping the rollout, and waiting until blue is back …');
    const result = await stop(ports, endpoint, actorOf(cli, who), seconds * 1000, rollout);
    const { canary, version } = result.inService;
    const next = canary === null ? '' : `, with ${canary.weight} % on version ${canary.version} of the next rollout`;
    return {
      result,
      lines: [
        ...endLines({ ...result.rollout, liveVersionAfter: null }),
        `  In service: version ${version}${next}. Safe after ${result.seconds} s.`,
      ],
    };
  },
});
