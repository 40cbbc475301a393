import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { endedView } from '../../lambdas/operations/rollout-view';
import { upload as store } from '../../lambdas/operations/upload';
import { waitForUpload } from '../../lambdas/operations/wait-for-upload';
import { defineCommand } from '../command';
import { UsageError } from '../failure';
import { endExitCode, endLines, reason, secondsOf, timeout } from './common';
import { strategyOf, strategyOption } from './strategy-option';

export const upload = defineCommand({
  usage: 'upload <file>',
  describe: 'Upload a model, which starts its rollout',
  examples: [
    "greenlight upload v2.onnx --reason 'retrain week 47'",
    'greenlight upload v2.onnx --endpoint digits --wait',
  ],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', describe: 'The model', demandOption: true })
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
    const fileName = name ?? basename(file);
    if (/[/\\]/.test(fileName) || fileName === '')
      throw new UsageError(`--name: must be a file's name; got "${fileName}"`);
    if (wanted !== undefined && !/^[0-9a-f]{64}$/.test(wanted))
      throw new UsageError(`--sha256: must be 64 hexadecimal digits in lower case; got "${wanted}"`);
    const { sizeBytes, sha256, body, weights } = await modelOf(file);
    if (wanted !== undefined && wanted !== sha256)
      throw new UsageError(`--sha256: ${file} has ${sha256}; must be ${wanted}. Nothing was uploaded`);
    if (weights !== undefined) cli.note(weights);
    const { ports, context } = await cli.app();
    const result = await store(ports, {
      endpoint,
      fileName,
      sizeBytes,
      sha256,
      body,
      ...(asked !== undefined && { strategy: asked }),
      ...(why !== undefined && { reason: why }),
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

/** What is stored: the file as it is, or one of it and of the files that its weights lie in. */
async function modelOf(file: string) {
  const sizeBytes = await sizeOf(file);
  // Late, and only where there is something to find: other suffixes are no ONNX.
  const whole = file.endsWith('.onnx') ? (await import('../whole-model')).withWeights(file, sizeBytes) : undefined;
  if (whole === undefined)
    return { sizeBytes, sha256: await sha256Of(file), body: () => createReadStream(file), weights: undefined };
  const { bytes, says } = whole;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { sizeBytes: bytes.byteLength, sha256, body: () => bytes, weights: says };
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new UsageError(`FILE: there is no ${file}; it takes the file of a model`);
  if (!found.isFile()) throw new UsageError(`FILE: ${file} is a folder; it takes the file of a model`);
  return found.size;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
