import { status as statusOf, statusOfAll } from '../../lambdas/operations/status';
import { defineCommand } from '../command';
import { endpointLines } from '../render/endpoint';
import { watchEndpoint } from '../watch';
import { endpointArgument, numberOf, secondsOf, timeout } from './common';

export const status = defineCommand({
  usage: 'status [endpoint]',
  describe: 'Show what is in service and what runs: step, weight, evidence, what it waits for',
  examples: ['greenlight status', 'greenlight status digits --watch'],
  builder: (yargs) =>
    yargs
      .positional('endpoint', { ...endpointArgument, describe: 'Endpoint [default: all of them]' })
      .option('watch', { type: 'boolean', default: false, describe: 'Follow the rollout that runs until it has ended' })
      .option('interval', {
        type: 'string',
        default: '5',
        describe: 'With --watch: seconds between two looks',
        requiresArg: true,
      })
      .option('timeout', { ...timeout(86_400), describe: 'With --watch: seconds to follow at most' }),
  run: async (cli, { endpoint, watch, interval, timeout: limit }) => {
    const everyMs = numberOf('interval', interval, 1, 600) * 1000;
    const limitMs = secondsOf(limit) * 1000;
    const { ports, recording } = await cli.app();
    if (watch && recording === undefined) return watchEndpoint(cli, ports, { endpoint, everyMs, limitMs });
    const views = endpoint === undefined ? await statusOfAll(ports) : [await statusOf(ports, endpoint)];
    const pages = views.map((view) => endpointLines(view, cli).join('\n'));
    return { result: views, lines: [pages.join('\n\n')] };
  },
});
