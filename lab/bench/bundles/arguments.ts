import { parseArgs } from 'node:util';
import { ArgumentsInvalid } from '../../../tools/arguments-invalid';

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

/** @throws ArgumentsInvalid; answers `help` when that was asked for */
export function parseBundleArguments(argv: readonly string[]): BundleArguments | 'help' {
  const values = optionValues(argv);
  if (values.help) return 'help';
  const rounds = /^\d{1,3}$/.test(values.rounds) ? Number(values.rounds) : NaN;
  if (!(rounds >= 1 && rounds <= 100))
    throw new ArgumentsInvalid(`--rounds ${values.rounds}: must be a whole number from 1 to 100`);
  return { rounds, out: values.out };
}

function optionValues(argv: readonly string[]) {
  try {
    const options = {
      rounds: { type: 'string', default: '9' },
      out: { type: 'string', default: 'out/bench/bundles.md' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new ArgumentsInvalid(`${error instanceof Error ? error.message : String(error)}; see --help`);
  }
}
