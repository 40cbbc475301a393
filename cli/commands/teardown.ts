import { teardown as run } from '../../lambdas/operations/teardown';
import { defineCommand } from '../command';
import { teardownLines } from '../render/teardown';
import { endpointArgument } from './common';

export const teardown = defineCommand({
  usage: 'teardown [endpoint]',
  describe: 'Delete versions that nothing needs any more, as the schedule does',
  examples: ['greenlight teardown --dry-run'],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', { ...endpointArgument, describe: 'Endpoint [default: all of them]' })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Say what would be deleted, and delete nothing',
      }),
  run: async (cli, { endpoint, dryRun }) => {
    const { ports } = await cli.app();
    const result = await run(ports, endpoint, dryRun);
    return { result, lines: teardownLines(result, cli.columns) };
  },
});
