import { overriddenPrices, PricesInvalid } from './prices';
import { PRICES_2026_11 } from '../../lambdas/contract/prices-2026-11';
import { problems } from '../../lambdas/contract/problems';
import { rolloutRecordSchema, type RolloutRecord } from '../../lambdas/contract/rollout-record';
import { type Architecture, ARCHITECTURES, type Prices } from '../../lambdas/domain/cost/prices';
import { ArgumentsInvalid, parsedArguments } from '../../tools/arguments-invalid';
import { namedJson } from '../../tools/named-file';
import { costReport } from './cost-report';
import { costInWords } from './in-words';

export const HELP = `What rollouts cost, from their records and a table of prices.

  npm run cost -- RECORD.json… [--prices FILE] [--architecture arm64|x86_64] [--json]

  RECORD.json        a rollout's record: record.json under rollouts/<endpoint>/<rollout>/ in the model bucket
  --prices FILE      JSON with prices that differ, and asOf, region and source (docs/reference/cost.md names them all)
  --architecture A   of the functions (default arm64)
  --json             print an array, one object per record, on standard output, and nothing else there
  --help             this text

Exit code: 0 the cost was computed; 2 the arguments or files cannot be used.`;

const OPTIONS = {
  prices: { type: 'string' },
  architecture: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

export interface CostOutput {
  readonly out: (text: string) => void;
  readonly note: (text: string) => void;
}

/** The whole command; answers its exit code. */
export function runCost(argv: readonly string[], { out, note }: CostOutput): 0 | 2 {
  try {
    const { values, positionals } = parsedArguments(argv, OPTIONS, true);
    if (values.help) {
      out(HELP);
      return 0;
    }
    if (positionals.length === 0) throw new ArgumentsInvalid('RECORD.json is missing; see --help');
    const architecture = architectureOf(values.architecture);
    const prices = pricesOf(values.prices);
    const reports = positionals.map((file) => costReport(recordIn(file), prices, architecture));
    out(values.json ? JSON.stringify(reports, undefined, 2) : reports.map((one) => costInWords(one)).join('\n\n'));
    return 0;
  } catch (error) {
    if (!(error instanceof ArgumentsInvalid) && !(error instanceof PricesInvalid)) throw error;
    for (const line of error.message.split('\n')) note(`cost: ${line}`);
    return 2;
  }
}

function architectureOf(text: string | undefined): Architecture {
  const found = ARCHITECTURES.find((one) => one === (text ?? 'arm64'));
  if (found === undefined)
    throw new ArgumentsInvalid(`--architecture ${text}: must be one of ${ARCHITECTURES.join(', ')}`);
  return found;
}

const pricesOf = (file: string | undefined): Prices =>
  file === undefined
    ? PRICES_2026_11
    : overriddenPrices(
        PRICES_2026_11,
        namedJson('--prices', file, 'a JSON file with prices that differ'),
        `--prices ${file}`,
      );

function recordIn(file: string): RolloutRecord {
  const value = namedJson('RECORD.json', file, "a rollout's record.json");
  const record = rolloutRecordSchema.safeParse(value);
  if (record.success) return record.data;
  throw new ArgumentsInvalid(
    problems(record.error, '', value)
      .slice(0, 10)
      .map((line) => `${file}: ${line}`)
      .join('\n'),
  );
}
