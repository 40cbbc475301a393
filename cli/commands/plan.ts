import { OperationRefused } from '../../lambdas/contract/operation-errors';
import { loadInWords } from '../../lambdas/domain/model-load';
import type { Adapters } from '../../lambdas/adapters/adapters';
import { defineCommand } from '../command';
import { endpointArgument, numberOf } from './common';
import { folded } from '../render/text';
import { strategyOf, strategyOption } from './strategy-option';
import { chooseEndpoint } from '../../lambdas/steps/validation/find-endpoint';

const LARGEST_SEED = 999_999_999;

export const plan = defineCommand({
  usage: 'plan [endpoint]',
  describe: 'Say whether a canary can prove anything at the traffic of the last 24 hours',
  examples: ['greenlight plan digits --quick', 'greenlight plan --strategy Canary10Percent15Minutes'],
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('strategy', strategyOption)
      .option('quick', { type: 'boolean', default: false, describe: 'Fewer simulated canaries, rougher numbers' })
      .option('seed', { type: 'string', default: '1', describe: 'Another draw of the canaries', requiresArg: true }),
  run: async (cli, { endpoint, strategy, quick, seed }) => {
    const chosen = strategyOf(strategy);
    const drawn = Math.floor(numberOf('seed', seed, 0, LARGEST_SEED));
    const { ports, context, recording } = await cli.app();
    if (context === undefined)
      throw new OperationRefused('RecordingOnly', `${recording ?? 'a recording'} keeps no traffic of blue's`, [
        { what: 'Plan from a trace or from a few numbers instead: npm run plan -- --help' },
      ]);
    // Late: statistics and simulations take longer to load than most commands to run.
    const [{ cloudwatchEvidence }, { blueFromCloudWatch }, { planInWords }, { makePlan }, { ownProcess }] =
      await Promise.all([
        import('../../lambdas/adapters/cloudwatch/evidence'),
        import('../plan/blue-from-cloudwatch'),
        import('../plan/in-words'),
        import('../plan/make-plan'),
        import('../plan/workers'),
      ]);
    const config = await chooseEndpoint(ports, endpoint);
    const { version } = await ports.liveAlias.readLiveAlias(config.functionName);
    cli.note(`Reading the last 24 hours of version ${version}, then simulating canaries; this takes some seconds.`);
    const read = await blueFromCloudWatch({ ...ports, evidence: cloudwatchEvidence(context) }, config, version);
    if (read === 'unavailable' || read.day.minutes.every(({ requests }) => requests === 0))
      throw new OperationRefused(
        'NoTraffic',
        read === 'unavailable'
          ? `CloudWatch gave no complete answer about version ${version}`
          : `version ${version} had no request through the live alias in ${read.source}`,
        [{ what: 'Plan from a few numbers instead: npm run plan -- --rpm N' }],
      );
    const result = await makePlan(
      {
        settings: config.settings,
        builtIn: config.builtIn,
        strategy: chosen ?? config.settings.strategy,
        day: read.day,
        source: read.source,
        seed: drawn,
        effort: quick ? 'quick' : 'usual',
      },
      { workers: ownProcess, progress: quarters((percent) => cli.note(`${percent} % simulated`)) },
    );
    const load = await loadOf(ports, config.settings.name, version);
    const coldStart =
      load === undefined ? [] : [`Cold start: each new environment ${loadInWords(load, config.settings)}`];
    const lines = [...planInWords(result).split('\n'), ...coldStart];
    return {
      result: { ...result, ...(load && { load }) },
      lines: cli.isTerminal ? lines.flatMap((line) => folded(line, cli.columns)) : lines,
    };
  },
});

/** How many rollouts back the one of the live version may lie. */
const RECENT = 50;

/** What the live version's model took to load when it was verified; undefined where that was not kept. */
async function loadOf({ records }: Pick<Adapters, 'records'>, endpoint: string, version: string) {
  const recent = await records.listRecords(endpoint, RECENT);
  return recent.find(({ state }) => state?.green.version === version && state.verification?.load)?.state?.verification
    ?.load;
}

/** Tells each quarter once. */
function quarters(tell: (percent: number) => void): (done: number) => void {
  let told = 0;
  return (done) => {
    const percent = 25 * Math.floor(4 * done);
    if (percent > told) tell((told = percent));
  };
}
