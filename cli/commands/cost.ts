import { overriddenPrices, PricesInvalid } from '../cost/prices';
import { PRICES_2026_11 } from '../../lambdas/contract/prices-2026-11';
import { ARCHITECTURES, type Prices } from '../../lambdas/domain/cost/prices';
import { findRecord } from '../../lambdas/operations/report';
import { defineCommand } from '../command';
import { namedJson } from '../../tools/named-file';
import { UsageError } from '../failure';
import { endpointArgument, rolloutOption } from './common';

export const cost = defineCommand({
  usage: 'cost [endpoint]',
  describe: 'Say what a rollout cost, and what the idle environment costs a day',
  examples: ['greenlight cost digits'],
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('rollout', rolloutOption)
      .option('prices', {
        type: 'string',
        describe: 'JSON file with prices that differ (docs/reference/cost.md)',
        requiresArg: true,
      })
      .option('architecture', {
        choices: ARCHITECTURES,
        default: 'arm64' as const,
        describe: 'Of the functions',
        requiresArg: true,
      }),
  run: async (cli, { endpoint, rollout, prices, architecture }) => {
    const table = prices === undefined ? PRICES_2026_11 : pricesIn(prices);
    const { ports } = await cli.app();
    const [{ costReport }, { costInWords }] = await Promise.all([
      import('../cost/cost-report'),
      import('../cost/in-words'),
    ]);
    const result = costReport(await findRecord(ports, endpoint, rollout), table, architecture);
    return { result, lines: costInWords(result, cli.columns).split('\n') };
  },
});

/** @throws UsageError with file, field, value and limit */
function pricesIn(file: string): Prices {
  try {
    return overriddenPrices(PRICES_2026_11, namedJson('--prices', file, 'a JSON file with prices'), `--prices ${file}`);
  } catch (error) {
    if (error instanceof PricesInvalid) throw new UsageError(error.message);
    throw error;
  }
}
