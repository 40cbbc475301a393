import { afterAnswer } from '../../lambdas/operations/answer';
import { promote as decide } from '../../lambdas/operations/promote';
import { utc } from '../../lambdas/operations/rollout-view';
import { actorOf, defineCommand } from '../command';
import { by, endpointArgument, meant, reason } from './common';

export const promote = defineCommand({
  usage: 'promote [endpoint]',
  describe: 'Promote green without waiting for more proof; a verdict of fail cannot be overruled',
  examples: ["greenlight promote digits --reason 'numbers are clear'"],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('reason', { ...reason, demandOption: true })
      .option('by', by)
      .option('rollout', meant),
  run: async (cli, { endpoint, rollout, ...who }) => {
    const { ports } = await cli.app();
    const result = await decide(ports, endpoint, actorOf(cli, who), rollout);
    const what = `${result.endpoint}: rollout ${result.rolloutId}`;
    const line =
      result.how === 'approved'
        ? `${what} waited for an answer, and was approved by ${result.by}; ${afterAnswer(result)}.`
        : `${what} is promoted at its next ` +
          `look${result.nextLookAt === null ? '' : ` (${utc(result.nextLookAt)})`}, unless the judge says fail.`;
    return { result, lines: [line] };
  },
});
