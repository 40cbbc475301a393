import { history as recent } from '../../lambdas/operations/history';
import { defineCommand } from '../command';
import { historyLines } from '../render/history';
import { endpointArgument, numberOf } from './common';

export const history = defineCommand({
  usage: 'history [endpoint]',
  describe: 'List the newest rollouts and how they ended',
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('limit', { type: 'string', default: '10', describe: 'How many, 1 to 100', requiresArg: true }),
  run: async (cli, { endpoint, limit }) => {
    const most = Math.floor(numberOf('limit', limit, 1, 100));
    const { ports } = await cli.app();
    const result = await recent(ports, endpoint, most);
    return { result, lines: historyLines(result, cli) };
  },
});
