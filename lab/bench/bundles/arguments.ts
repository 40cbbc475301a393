import { parsedArguments, whole } from '../../../tools/arguments-invalid';

export interface BundleArguments {
  readonly rounds: number;
  readonly out: string;
}

export const HELP = `Measures the bundles that are deployed: their sizes, and how long each takes to start.

  npm run bench:bundles -- [options]

  --rounds N   each bundle is started so often, 1 to 100 (default 9); in each round an empty process is, too
  --out FILE   where the page goes (default out/bench/bundles.md); docs/reference/bundles.md is made by --out docs/reference/bundles.md
  --help       this text

Start-up is the time until the handler is imported as a multiple of the time of the empty process: no other number of one
machine means something on another.`;

const OPTIONS = {
  rounds: { type: 'string', default: '9' },
  out: { type: 'string', default: 'out/bench/bundles.md' },
  help: { type: 'boolean' },
} as const;

/** @throws ArgumentsInvalid; answers `help` when that was asked for */
export function parseBundleArguments(argv: readonly string[]): BundleArguments | 'help' {
  const values = parsedArguments(argv, OPTIONS).values;
  if (values.help) return 'help';
  return { rounds: whole('rounds', values.rounds, 1, 100), out: values.out };
}
