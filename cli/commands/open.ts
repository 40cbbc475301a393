import { consoleLinks } from '../../lambdas/adapters/console-links';
import { OperationRefused } from '../../lambdas/contract/operation-errors';
import { chooseEndpoint } from '../../lambdas/steps/validation/find-endpoint';
import { defineCommand } from '../command';
import { endpointArgument } from './common';

export const open = defineCommand({
  usage: 'open [endpoint]',
  describe: "Open the dashboard in AWS's console, or without one the newest execution",
  examples: ['greenlight open digits'],
  builder: (yargs) => yargs.positional('endpoint', endpointArgument),
  run: async (cli, { endpoint }) => {
    const { ports, context } = await cli.app();
    const { name } = (await chooseEndpoint(ports, endpoint)).settings;
    if (context === undefined)
      throw new OperationRefused('RecordingOnly', 'a recording is not in AWS, and has no page in its console', [
        { what: 'Show it on this machine', command: `greenlight ui ${name}` },
      ]);
    const links = consoleLinks(context);
    const [newest] = await ports.records.listRecords(name, 1);
    const address =
      links.linkToDashboard() ??
      (newest?.executionArn === undefined ? links.linkToStateMachine() : links.linkToExecution(newest.executionArn));
    if (cli.isTerminal) await cli.openFile(address).catch(() => cli.note('No browser could be opened.'));
    return { result: { endpoint: name, address }, lines: [address] };
  },
});
