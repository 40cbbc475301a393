import { explain as why } from '../../lambdas/operations/explain';
import { defineCommand } from '../command';
import { explanationLines } from '../render/explanation';
import { endpointArgument, rolloutOption } from './common';

export const explain = defineCommand({
  usage: 'explain [endpoint]',
  describe: 'Say why it waits, or why it ended so: verdict, gate, numbers, what to do next',
  examples: ['greenlight explain digits'],
  builder: (yargs) => yargs.positional('endpoint', endpointArgument).option('rollout', rolloutOption),
  run: async (cli, { endpoint, rollout }) => {
    const { ports } = await cli.app();
    const result = await why(ports, endpoint, rollout);
    return { result, lines: explanationLines(result, cli) };
  },
});
