import { endedView } from '../../lambdas/operations/rollout-view';
import { upload as store } from '../../lambdas/operations/upload';
import { waitForUpload } from '../../lambdas/operations/wait-for-upload';
import { defineCommand } from '../command';
import { UsageError } from '../failure';
import { endExitCode, endLines, reason, secondsOf, timeout } from './common';
import { strategyOf, strategyOption } from './strategy-option';
import { withSource } from './upload-source';

export const upload = defineCommand({
  usage: 'upload <file>',
  describe: 'Upload a model, which starts its rollout',
  examples: [
    "greenlight upload v2.onnx --reason 'retrain week 47'",
    'greenlight upload v2.onnx --endpoint digits --wait',
    'greenlight upload s3://STAGING/models/digits/ --sha256 DIGEST --wait',
  ],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', describe: 'The model: a file, or an s3:// address', demandOption: true })
      .option('endpoint', { type: 'string', describe: 'Endpoint [default: the only one]', requiresArg: true })
      .option('name', { type: 'string', describe: "The object's name [default: the file's]", requiresArg: true })
      .option('sha256', {
        type: 'string',
        describe: 'Refuse a file of other bytes: the digest that another stage put in service, 64 hexadecimal digits',
        requiresArg: true,
      })
      .option('strategy', strategyOption)
      .option('reason', reason)
      .option('wait', { type: 'boolean', default: false, describe: 'Wait for the end of its rollout' })
      .option('timeout', timeout(14_400)),
  run: async (cli, { file, endpoint, name, sha256: wanted, strategy, reason: why, wait, timeout: limit }) => {
    const seconds = secondsOf(limit);
    const asked = strategyOf(strategy);
    if (name !== undefined && (/[/\\]/.test(name) || name === ''))
      throw new UsageError(`--name: must be a file's name; got "${name}"`);
    if (wanted !== undefined && !/^[0-9a-f]{64}$/.test(wanted))
      throw new UsageError(`--sha256: must be 64 hexadecimal digits in lower case; got "${wanted}"`);
    const named = { named: file, sha256: wanted, fileName: name, endpoint };
    const { ports, context, result } = await withSource(cli, named, async (source) => {
      const { weights, ...model } = source;
      if (wanted !== undefined && wanted !== model.sha256)
        throw new UsageError(`--sha256: ${file} has ${model.sha256}; must be ${wanted}. Nothing was uploaded`);
      if (weights !== undefined) cli.note(weights);
      const app = await cli.app();
      const request = {
        ...model,
        endpoint,
        ...(name !== undefined && { fileName: name }),
        ...(asked !== undefined && { strategy: asked }),
        ...(why !== undefined && { reason: why }),
      };
      return { ...app, result: await store(app.ports, request) };
    });
    const stored = [
      `${result.endpoint}: stored ${result.model}`,
      `  Its rollout is ${result.rolloutId}. When another one runs, it waits for that.`,
      // Late: what judges takes longer to load than an upload to begin.
      ...(context === undefined
        ? []
        : await (await import('../plan/foreseen')).foreseen({ ...ports, context }, result.endpoint, asked)),
    ];
    if (!wait)
      return {
        result: { ...result, rollout: null },
        lines: [...stored, `  Follow it: npx greenlight status ${result.endpoint} --watch`],
      };
    for (const line of [...stored, '  Waiting for its end. Ctrl-C ends the waiting alone.']) cli.note(line);
    const record = await waitForUpload(ports, result, seconds * 1000, (because) => cli.note(`  Now ${because}.`));
    const rollout = endedView(record);
    return { result: { ...result, rollout }, lines: endLines(rollout), exitCode: endExitCode(record) };
  },
});
