import { history as recent } from '../../lambdas/operations/report';
import { defineCommand } from '../command';
import { historyLines } from '../render/history';
import { endpointArgument, numberOf } from './common';

/** Rollouts of one answer; and so many beyond it that older ones are counted. */
const [LIMIT, COUNTED] = [100, 30];

export const history = defineCommand({
  usage: 'history [endpoint]',
  describe: 'List the newest rollouts and how they ended',
  examples: ['greenlight history digits --limit 30'],
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('limit', { type: 'string', default: '10', describe: 'How many, 1 to 100', requiresArg: true }),
  run: async (cli, { endpoint, limit }) => {
    const most = Math.floor(numberOf('limit', limit, 1, LIMIT));
    const { ports } = await cli.app();
    // More than are shown, so that those that are not can be counted.
    const found = await recent(ports, endpoint, Math.min(most + COUNTED, LIMIT));
    const [result, hidden] = [found.slice(0, most), found.slice(most)];
    const all = found.length < Math.min(most + COUNTED, LIMIT);
    return { result, lines: historyLines({ rollouts: result, hidden: all ? hidden.length : 'more' }, cli) };
  },
});
