import { parseArgs } from 'node:util';
import { ArgumentsInvalid } from '../../../tools/arguments-invalid';
import { FULL, QUICK, type Sizes } from './runs/sizes';

export interface ScaleArguments {
  readonly sizes: Sizes;
  readonly seed: number;
  readonly out: string;
}

export const HELP = `Measures a control plane with many endpoints, on a simulated account that has AWS's quotas.

  npm run bench:scale -- [options]

  --quick      smaller: up to 60 endpoints and 30 rollouts at once, a minute; as it stands up to 1,000 and 400
  --seed N     another draw, 1 to 1000000 (default 1)
  --out FILE   where the page goes (default out/bench/scale.md); docs/reference/benchmark/scale.md is made by --out docs/reference/benchmark/scale.md
  --help       this text

Exit code: 0 every aim was reached, 1 one was missed, 2 the arguments cannot be used.`;

const MOST_SEED = 1_000_000;

/** @throws ArgumentsInvalid; answers `help` when that was asked for */
export function parseScaleArguments(argv: readonly string[]): ScaleArguments | 'help' {
  const values = optionValues(argv);
  if (values.help) return 'help';
  const seed = /^\d{1,7}$/.test(values.seed) ? Number(values.seed) : NaN;
  if (!(seed >= 1 && seed <= MOST_SEED))
    throw new ArgumentsInvalid(`--seed ${values.seed}: must be a whole number from 1 to ${MOST_SEED}`);
  return { sizes: values.quick ? QUICK : FULL, seed, out: values.out };
}

function optionValues(argv: readonly string[]) {
  try {
    const options = {
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: 'out/bench/scale.md' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new ArgumentsInvalid(`${error instanceof Error ? error.message : String(error)}; see --help`);
  }
}
