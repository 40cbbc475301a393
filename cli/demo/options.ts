import { ArgumentsInvalid, parsedArguments, whole } from '../../tools/arguments-invalid';

export interface DemoOptions {
  readonly seed: number;
  readonly out: string;
  /** A page to watch it, which stays until Ctrl-C. */
  readonly open: boolean;
}

export const HELP = `\
Rolls out the example models, good and bad, on this machine: real ONNX models, real HTTP requests, no AWS account.

  npm run demo -- [options]

  --seed N    another draw of requests and routing, 0 to 2147483648 (default 1)
  --out DIR   where index.html, summary.json and one report page per rollout go (default out/demo)
  --open      a page in the browser that shows the run as it goes, with buttons that work; it stays until Ctrl-C
  --help      this text

It takes about a minute. Ctrl-C stops it, a second Ctrl-C at once.
Exit code: 0 every rollout ended as expected, 1 one did not, 2 the options cannot be used, 130 stopped by Ctrl-C before its end.`;

const OPTIONS = {
  seed: { type: 'string' },
  out: { type: 'string' },
  open: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** @throws ArgumentsInvalid; answers `help` when that was asked for */
export function parseDemoOptions(argv: readonly string[]): DemoOptions | 'help' {
  const { seed = '1', out = 'out/demo', open = false, help } = parsedArguments(argv, OPTIONS).values;
  if (help) return 'help';
  const drawn = whole('seed', seed, 0, 2 ** 31);
  if (out === '') throw new ArgumentsInvalid('--out: must name a folder; see --help');
  return { seed: drawn, out, open };
}
