import { approve as answer } from '../../../lambdas/steps/operations/answer';
import { actorOf, defineCommand } from '../command';
import { by, endpointArgument, reason, rolloutOption } from './common';

export const approve = defineCommand({
  usage: 'approve [endpoint]',
  describe: 'Answer yes to the rollout that waits for a person: green is promoted',
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
      lines: [`${result.endpoint}: rollout ${result.rolloutId} was answered by ${result.by}; green is being promoted.`],
    };
  },
});
