import { OperationRefused } from '../../lambdas/contract/operation-errors';
import { loadInWords } from '../../lambdas/domain/model-load';
import type { Adapters } from '../../lambdas/adapters/adapters';
import { type Cli, defineCommand } from '../command';
import { UsageError } from '../failure';
import type { PlanRequest } from '../plan/request';
import { endpointArgument, numberOf } from './common';
import { folded } from '../render/text';
import { strategyOf, strategyOption } from './strategy-option';
import { chooseEndpoint } from '../../lambdas/steps/validation/find-endpoint';

const LARGEST_SEED = 999_999_999;
/** What is planned from in place of an app's own traffic. */
const IN_NUMBERS = {
  trace: "From blue's minutes in a file, as replay reads them",
  rpm: 'From so many requests a minute, 0.1 to 1000000',
  'error-rate': 'With --rpm: share of them that fails, 0.01 or 1% [default: 0]',
  'median-ms': 'With --rpm: their median duration [default: 50]',
  'p99-ms': 'With --rpm: their 99th percentile [default: 3.2 medians]',
  classes: 'With --rpm: shares of the answers by class [default: 0.7,0.3]',
  settings: 'With either: JSON with settings that differ from the defaults',
} as const;
const NUMBERS = Object.keys(IN_NUMBERS) as (keyof typeof IN_NUMBERS)[];
const option = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;

export const plan = defineCommand({
  usage: 'plan [endpoint]',
  describe: 'Say whether a canary can prove anything at the traffic of the last 24 hours',
  examples: [
    'greenlight plan digits --quick',
    'greenlight plan --strategy Canary10Percent15Minutes',
    'greenlight plan --rpm 300 --error-rate 1%',
  ],
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('strategy', strategyOption)
      .option('quick', { type: 'boolean', default: false, describe: 'Fewer simulated canaries, rougher numbers' })
      .option('seed', { type: 'string', default: '1', describe: 'Another draw of the canaries', requiresArg: true })
      .options(
        Object.fromEntries(NUMBERS.map((name) => [name, option(IN_NUMBERS[name])])) as Record<
          (typeof NUMBERS)[number],
          ReturnType<typeof option>
        >,
      ),
  run: async (cli, args) => {
    const { endpoint, strategy, quick, seed } = args;
    const named = NUMBERS.find((name) => args[name] !== undefined);
    if (named !== undefined) {
      if (endpoint !== undefined)
        throw new UsageError(`${endpoint}: an endpoint is planned from its own traffic, without --${named}`);
      const { planRequest } = await import('../plan/arguments');
      return simulated(cli, planRequest(args));
    }
    const chosen = strategyOf(strategy);
    const drawn = Math.floor(numberOf('seed', seed, 0, LARGEST_SEED));
    const { ports, context, recording } = await cli.app();
    if (context === undefined)
      throw new OperationRefused('RecordingOnly', `${recording ?? 'a recording'} keeps no traffic of blue's`, [
        { what: 'Plan from a few numbers or a trace instead: greenlight plan --rpm N, or --trace FILE' },
      ]);
    // Late: statistics and simulations take longer to load than most commands to run.
    const [{ cloudwatchEvidence }, { blueFromCloudWatch }] = await Promise.all([
      import('../../lambdas/adapters/cloudwatch/evidence'),
      import('../plan/blue-from-cloudwatch'),
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
        [{ what: 'Plan from a few numbers instead: greenlight plan --rpm N' }],
      );
    const load = await loadOf(ports, config.settings.name, version);
    const coldStart =
      load === undefined ? [] : [`Cold start: each new environment ${loadInWords(load, config.settings)}`];
    const request: PlanRequest = {
      settings: config.settings,
      builtIn: config.builtIn,
      strategy: chosen ?? config.settings.strategy,
      day: read.day,
      source: read.source,
      seed: drawn,
      effort: quick ? 'quick' : 'usual',
    };
    const { result, lines } = await simulated(cli, request, coldStart);
    return { result: { ...result, ...(load && { load }) }, lines };
  },
});

async function simulated(cli: Cli, request: PlanRequest, more: readonly string[] = []) {
  const [{ planInWords }, { makePlan }, { ownProcess }] = await Promise.all([
    import('../plan/in-words'),
    import('../plan/make-plan'),
    import('../plan/workers'),
  ]);
  const progress = quarters((percent) => cli.note(`${percent} % simulated`));
  const result = await makePlan(request, { workers: ownProcess, progress });
  const lines = [...planInWords(result).split('\n'), ...more];
  return { result, lines: cli.isTerminal ? lines.flatMap((line) => folded(line, cli.columns)) : lines };
}

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
