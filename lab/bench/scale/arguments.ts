import { parsedArguments, whole } from '../../../tools/arguments-invalid';
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

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  out: { type: 'string', default: 'out/bench/scale.md' },
  help: { type: 'boolean' },
} as const;

/** @throws ArgumentsInvalid; answers `help` when that was asked for */
export function parseScaleArguments(argv: readonly string[]): ScaleArguments | 'help' {
  const values = parsedArguments(argv, OPTIONS).values;
  if (values.help) return 'help';
  const seed = whole('seed', values.seed, 1, 1_000_000);
  return { sizes: values.quick ? QUICK : FULL, seed, out: values.out };
}
