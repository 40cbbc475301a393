import { inferResponse } from '../../lambdas/contract/inference-protocol';
import { defineCommand } from '../command';
import { EXIT } from '../exit-codes';
import { cut } from '../render/text';
import { endpointArgument, from as fromOption, numberOf } from './common';

/** Values of one output that a line begins with. */
const SHOWN = 20;

export const infer = defineCommand({
  usage: 'infer [endpoint]',
  describe: 'Send one request, signed, and show who answered and what',
  examples: [
    'greenlight infer digits',
    'greenlight infer digits --from requests.jsonl --row 3',
    'greenlight infer --preview',
  ],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('from', fromOption)
      .option('row', { type: 'string', default: '0', describe: 'Which request of it', requiresArg: true })
      .option('preview', {
        type: 'boolean',
        default: false,
        describe: 'Ask the preview: green while a rollout tests it',
      }),
  run: async (cli, { endpoint, from, row, preview }) => {
    const app = await cli.app();
    // Late: the SDK takes longer to load than most commands to run.
    const { callerOf } = await import('../calls');
    const { name, requests, send } = await callerOf(app, endpoint, from, preview);
    const index = Math.floor(numberOf('row', row, 0, requests.requests.length - 1));
    const answer = await send(index);
    const who = `${name}${preview ? ' (preview)' : ''}`;
    const label = requests.labels === undefined ? [] : [`  label     ${String(requests.labels[index] ?? 'unknown')}`];
    if (answer.kind === 'crashed')
      return {
        result: { endpoint: name, preview, status: 502, answer: null, error: answer.error },
        lines: [`${who}: ${answer.error}: ${cut(answer.message, 500)}`],
        exitCode: EXIT.refused,
      };
    const { status, body, durationMs } = answer;
    const response = inferResponse.safeParse(body);
    const outputs = response.success
      ? response.data.outputs.map(({ name: output, data }) => {
          const more = data.length > SHOWN ? ` … +${data.length - SHOWN}` : '';
          return `  ${output.padEnd(9)} ${cut(JSON.stringify(data.slice(0, SHOWN)), 500)}${more}`;
        })
      : [`  ${cut(JSON.stringify(body) ?? '', 500)}`];
    const by = response.success ? `, by version ${response.data.model_version}` : '';
    return {
      result: { endpoint: name, preview, status, durationMs, answer: body ?? null },
      lines: [`${who}: ${status} in ${Math.round(durationMs)} ms${by}`, ...outputs, ...label],
      ...(status !== 200 && { exitCode: EXIT.refused }),
    };
  },
});
