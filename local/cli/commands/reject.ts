import { reject as answer } from '../../../lambdas/steps/operations/answer';
import { actorOf, defineCommand } from '../command';
import { by, endpointArgument, reason, rolloutOption } from './common';

export const reject = defineCommand({
  usage: 'reject [endpoint]',
  describe: 'Answer no to the rollout that waits for a person: blue is put back',
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('reason', reason)
      .option('by', by)
      .option('rollout', rolloutOption),
  run: async (cli, { endpoint, rollout, ...who }) => {
    const { ports } = await cli.app();
    const result = await answer(ports, endpoint, actorOf(cli, who), rollout);
    return {
      result,
      lines: [`${result.endpoint}: rollout ${result.rolloutId} was answered by ${result.by}; blue is being put back.`],
    };
  },
});
