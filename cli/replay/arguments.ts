import { ArgumentsInvalid, parsedArguments, whole } from '../../tools/arguments-invalid';

export interface ReplayArguments {
  /** Files and folders. */
  readonly paths: readonly string[];
  readonly config: string | undefined;
  readonly json: boolean;
  readonly calibrate: CalibrationArguments | undefined;
}

export interface CalibrationArguments {
  readonly seed: number;
  readonly runs: number;
  /** Pseudo-green's share of blue's requests, percent; undefined: each row's own weight. */
  readonly weight: number | undefined;
}

export const HELP = `Judges recorded canaries minute by minute and says when and why the judge decided.

  greenlight replay PATH... [--config FILE] [--json]
  greenlight replay PATH... --calibrate [--seed N] [--runs N] [--weight PERCENT] [--config FILE] [--json]

  PATH             a trace (docs/guides/replay.md describes the format), or a folder: its *.json files that are traces
  --config FILE    JSON with endpoint settings to judge by (gates, falseAlarmRate, missRate; others are not looked at),
                   and minimumMinutes: minutes before pass is possible (default: the trace's horizonMinutes)
                   default: the settings that the trace keeps, or else an endpoint's defaults
  --calibrate      judge blue against itself: how often would a good version have been stopped at this traffic, and
                   which are the smallest regressions that would have been found?
  --runs N         random splits of blue, 10 to 100000 (default 200)
  --seed N         another draw of the splits (default 1)
  --weight PERCENT part of blue's requests that plays green, 1 to 99 (default: the weight of each row, or 10)
  --json           print JSON on standard output, and nothing else there
  --help           this text

Exit code: 0 all was judged, whatever the verdicts; 2 the arguments or files cannot be used.`;

const OPTIONS = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  calibrate: { type: 'boolean' },
  seed: { type: 'string' },
  runs: { type: 'string' },
  weight: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** @throws ArgumentsInvalid; answers `help` when that was asked for */
export function parseReplayArguments(argv: readonly string[]): ReplayArguments | 'help' {
  const { values, positionals } = parsedArguments(argv, OPTIONS, true);
  if (values.help) return 'help';
  if (positionals.length === 0) throw new ArgumentsInvalid('PATH is missing: name a trace or a folder; see --help');
  if (!values.calibrate) {
    const alone = (['seed', 'runs', 'weight'] as const).find((name) => values[name] !== undefined);
    if (alone) throw new ArgumentsInvalid(`--${alone} ${values[alone]}: means something with --calibrate only`);
  }
  return {
    paths: positionals,
    config: values.config,
    json: values.json ?? false,
    calibrate: values.calibrate
      ? {
          seed: whole('seed', values.seed ?? '1', 0, 2 ** 31),
          runs: whole('runs', values.runs ?? '200', 10, 100_000),
          weight: values.weight === undefined ? undefined : whole('weight', values.weight, 1, 99),
        }
      : undefined,
  };
}
