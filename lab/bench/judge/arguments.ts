import { parsedArguments, whole } from '../../../tools/arguments-invalid';

export interface BenchArguments {
  readonly size: 'full' | 'quick';
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
  readonly workers: number;
}

export const HELP = `\
Compares judges on simulated canaries: false stops, requests and minutes until a bad green is stopped, broken
assumptions, and the time of one look. The first table says which aims are met; a missed one is no error.

  npm run bench -- [options]     the same as npm run bench:judge -- [options]

  --quick        20 canaries a setting, in two minutes; without it 200 to 500, in half an hour on two cores
  --seed S       other canaries, 0 to 2147483648 (default 1); the same seed gives the same numbers
  --workers N    processes, 1 to 64 (default: one a core); the numbers do not depend on it
  --out DIR      where results.json, tables.md and the plots go (default out/bench/judge)
  --json         print the results as JSON on standard output, and nothing else there
  --help         this text`;

const OPTIONS = {
  quick: { type: 'boolean' },
  seed: { type: 'string' },
  workers: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** @throws ArgumentsInvalid; answers `help` when that was asked for */
export function parseBenchArguments(argv: readonly string[], cores: number): BenchArguments | 'help' {
  const values = parsedArguments(argv, OPTIONS).values;
  if (values.help) return 'help';
  return {
    size: values.quick ? 'quick' : 'full',
    seed: whole('seed', values.seed ?? '1', 0, 2 ** 31),
    workers: whole('workers', values.workers ?? `${cores}`, 1, 64),
    out: values.out ?? 'out/bench/judge',
    json: values.json ?? false,
  };
}
