import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { report as pageOf } from '../../lambdas/operations/report';
import { defineCommand } from '../command';
import { endpointArgument, rolloutOption } from './common';

export const report = defineCommand({
  usage: 'report [endpoint]',
  describe: "Fetch a rollout's report page",
  examples: ['greenlight report digits --open'],
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('rollout', rolloutOption)
      .option('out', {
        type: 'string',
        describe: 'File to write [default: out/reports/<rollout>.html]',
        requiresArg: true,
      })
      .option('open', { type: 'boolean', default: false, describe: 'Open it in the browser' }),
  run: async (cli, { endpoint, rollout, out, open }) => {
    const { ports } = await cli.app();
    const { html, ...found } = await pageOf(ports, endpoint, rollout);
    const file = resolve(out ?? join('out', 'reports', `${found.rolloutId}.html`));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, html);
    if (open) await cli.openFile(file);
    return { result: { ...found, file }, lines: [file] };
  },
});
