import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { endedView } from '../../lambdas/operations/ended-view';
import { upload as store } from '../../lambdas/operations/upload';
import { waitForUpload } from '../../lambdas/operations/wait-for-upload';
import { cloudwatchEvidence } from '../../lambdas/adapters/cloudwatch/evidence';
import type { Adapters } from '../../lambdas/adapters/adapters';
import { timesWarmAlone } from '../../lambdas/domain/gates/latency';
import { HOUR_MS, isoTime, settledUntil } from '../../lambdas/domain/minutes';
import { outlookOf } from '../../lambdas/domain/plan/outlook';
import { endsOnProof, type Strategy, strategySteps } from '../../lambdas/domain/strategy';
import { judgeSettings } from '../../lambdas/steps/judgement/judge-settings';
import { defineCommand } from '../command';
import { UsageError } from '../failure';
import { endExitCode, endLines, reason, secondsOf, timeout } from './common';
import { strategyOf, strategyOption } from './strategy-option';

export const upload = defineCommand({
  usage: 'upload <file>',
  describe: 'Upload a model, which starts its rollout',
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', describe: 'The model', demandOption: true })
      .option('endpoint', { type: 'string', describe: 'Endpoint [default: the only one]', requiresArg: true })
      .option('name', { type: 'string', describe: "The object's name [default: the file's]", requiresArg: true })
      .option('strategy', strategyOption)
      .option('reason', reason)
      .option('wait', { type: 'boolean', default: false, describe: 'Wait for the end of its rollout' })
      .option('timeout', timeout(14_400)),
  run: async (cli, { file, endpoint, name, strategy, reason: why, wait, timeout: limit }) => {
    const seconds = secondsOf(limit);
    const asked = strategyOf(strategy);
    const fileName = name ?? basename(file);
    if (/[/\\]/.test(fileName) || fileName === '')
      throw new UsageError(`--name: must be a file's name; got "${fileName}"`);
    const sizeBytes = await sizeOf(file);
    const { ports, context } = await cli.app();
    const result = await store(ports, {
      endpoint,
      fileName,
      sizeBytes,
      sha256: await sha256Of(file),
      body: () => createReadStream(file),
      ...(asked !== undefined && { strategy: asked }),
      ...(why !== undefined && { reason: why }),
    });
    const stored = [
      `${result.endpoint}: stored ${result.model}`,
      `  Its rollout is ${result.rolloutId}. When another one runs, it waits for that.`,
      ...(context === undefined
        ? []
        : await foreseen({ ...ports, evidence: cloudwatchEvidence(context) }, result.endpoint, asked)),
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

/** What blue's last hour can prove of a green that ends on proof; nothing where CloudWatch does not say. */
async function foreseen(
  { clock, evidence, liveAlias, settings }: Pick<Adapters, 'clock' | 'evidence' | 'liveAlias' | 'settings'>,
  endpoint: string,
  asked: Strategy | undefined,
): Promise<readonly string[]> {
  try {
    const config = await settings.findSettings(endpoint);
    if (config === undefined) return [];
    const steps = strategySteps(asked ?? config.settings.strategy);
    if (!endsOnProof(steps)) return [];
    const { version } = await liveAlias.readLiveAlias(config.functionName);
    const until = settledUntil(clock.now());
    const hour = { from: isoTime(until - HOUR_MS), until: isoTime(until) };
    const read = await evidence.fetchBaseline({ config, blue: version, ...hour, outline: false });
    if (read === 'unavailable' || read.baseline.baseline.every(({ blue }) => blue.invocations === 0)) return [];
    const { gates, onInsufficientEvidence } = config.settings;
    const { words, advice } = outlookOf(read.baseline, {
      steps,
      extendMinutes: onInsufficientEvidence.extendMinutes,
      judge: judgeSettings(config.settings, 0),
      warmOnly: timesWarmAlone(config.builtIn, gates.latency),
    });
    return [`  Expected: ${words}.`, ...advice.map((one) => `  What would help: ${one}.`)];
  } catch {
    return []; // the model is stored; what is expected of it is no reason to fail
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new UsageError(`FILE: there is no ${file}`);
  if (!found.isFile()) throw new UsageError(`FILE: ${file} is no file`);
  return found.size;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
