import { afterAnswer, type approve } from '../../lambdas/operations/answer';
import { actorOf, defineCommand } from '../command';
import { by, endpointArgument, reason, rolloutOption } from './common';

export interface Answering {
  readonly name: 'approve' | 'reject';
  readonly describe: string;
  readonly answer: typeof approve;
}

/** A yes or a no to the rollout that waits for a person: the same words, rights and refusals for both. */
export const answering = ({ name, describe, answer }: Answering) =>
  defineCommand({
    usage: `${name} [endpoint]`,
    describe,
    examples: [`greenlight ${name} digits --reason 'looked at the report'`],
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
        lines: [
          `${result.endpoint}: rollout ${result.rolloutId} was answered by ${result.by}; ${afterAnswer(result)}.`,
        ],
      };
    },
  });
