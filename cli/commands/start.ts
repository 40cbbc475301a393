import { start as begin } from '../../lambdas/operations/start';
import { actorOf, defineCommand } from '../command';
import { awaitEnd, by, endLines, endpointArgument, force, reason, secondsOf, timeout } from './common';
import { strategyOf, strategyOption } from './strategy-option';

export const start = defineCommand({
  usage: 'start [endpoint]',
  describe: 'Roll out a model that is in the bucket: the newest, or the one that is named',
  examples: ["greenlight start digits --model live --reason 'new settings'", 'greenlight start --dry-run --wait'],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('model', {
        type: 'string',
        describe: 's3:// address, also with ?versionId=, or "live" [default: the newest]',
        requiresArg: true,
      })
      .option('strategy', strategyOption)
      .option('reason', reason)
      .option('by', by)
      .option('dry-run', { type: 'boolean', default: false, describe: 'Validate and verify alone; no user sees green' })
      .option('force', { ...force, describe: 'Although it is live already, or its inputs or outputs differ' })
      .option('wait', { type: 'boolean', default: false, describe: 'Wait for its end' })
      .option('timeout', timeout(14_400)),
  run: async (cli, { endpoint, model, strategy, dryRun, force: forced, wait, timeout: limit, ...who }) => {
    const seconds = secondsOf(limit);
    const asked = {
      endpoint,
      model,
      strategy: strategyOf(strategy),
      ...actorOf(cli, who),
      ...(dryRun && { dryRun }),
      ...(forced && { force: true }),
    };
    const { ports } = await cli.app();
    const started = await begin(ports, asked);
    if (!wait)
      return {
        result: { ...started, rollout: null },
        lines: [
          `${started.endpoint}: rollout ${started.rolloutId} has begun.`,
          `  Follow it: npx greenlight status ${started.endpoint} --watch`,
        ],
      };
    const { rollout, exitCode } = await awaitEnd(cli, ports, started.endpoint, started.rolloutId, seconds);
    return { result: { ...started, rollout }, lines: endLines(rollout), exitCode };
  },
});
