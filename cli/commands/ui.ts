import { defineCommand } from '../command';
import { endpointArgument, numberOf } from './common';

export const ui = defineCommand({
  usage: 'ui [endpoint]',
  describe: 'Show a page on this machine that follows rollouts, with the buttons of the dashboard',
  examples: ['greenlight ui digits', 'greenlight ui --demo out/demo'],
  builder: (yargs) =>
    yargs
      .positional('endpoint', { ...endpointArgument, describe: 'Endpoint to begin with [default: the busiest]' })
      .option('port', {
        type: 'string',
        default: '0',
        describe: 'Port on 127.0.0.1, 0 for a free one',
        requiresArg: true,
      })
      .option('open', { type: 'boolean', default: true, describe: 'Open it in the browser' }),
  run: async (cli, { endpoint, port, open }) => {
    const chosen = numberOf('port', port, 0, 65_535);
    const { ports, context, recording } = await cli.app();
    const emulated = (cli.env['AWS_ENDPOINT_URL'] ?? '') !== '';
    // The pages and the server are loaded by this command alone.
    const [{ serveLive }, { EVERY_MS }] = await Promise.all([import('../live/server'), import('../live/app')]);
    const { stop, url } = await serveLive(
      {
        ...{ ports, context, title: 'Greenlight', by: cli.user },
        inAws: recording === undefined && !emulated,
        everyMs: recording === undefined && !emulated ? EVERY_MS.aws : EVERY_MS.here,
      },
      chosen,
    );
    const address = endpoint === undefined ? url : `${url}?endpoint=${encodeURIComponent(endpoint)}`;
    cli.emit({ url: address }, `${address}\nOnly this machine can open it, by this address. Ctrl-C ends it.`);
    if (open && cli.isTerminal) await cli.openFile(address).catch(() => cli.note('No browser could be opened.'));
    await new Promise<void>((resolve) => cli.onInterrupt(resolve));
    await stop();
    return { result: { url: address, ended: true }, lines: ['The page has ended.'] };
  },
});
