import { FAMILIES, type Family } from './plan/incidents';
import { ArgumentsInvalid, parsedArguments, whole } from '../../tools/arguments-invalid';

export interface ChaosArguments {
  readonly runs: number;
  readonly seed: number;
  readonly json: boolean;
  readonly mutants: boolean;
  readonly workers: number;
  readonly replay?: number;
  readonly family?: Family;
}

export const HELP = `\
Plays rollouts in virtual time while calls, steps, events, metrics and people fail, and checks every promise after
each run. The exit code is 1 when a promise was broken, when 10000 runs or more left a call site that never failed both
before and after its effect, or with --mutants when a broken variant was not noticed.

  npm run chaos -- [options]

  --runs N       how many runs, 1 to 1000000 (default 200); with --mutants: at most so many for each
                 variant (default 300), from the run on that noticed it first
  --seed S       the first run's seed, 0 to 1000000000 (default 1); run n has seed S + n - 1
  --workers N    processes, 1 to 64 (default: one a core); the results do not depend on it
  --mutants      deliberately broken variants instead: each must break a promise
  --replay SEED  one run, with everything that happened in it, in order
  --family F     incidents of this family in every run: ${FAMILIES.join(', ')}
  --json         print the results as JSON on standard output, and nothing else there
  --help         this text`;

const OPTIONS = {
  runs: { type: 'string' },
  seed: { type: 'string' },
  workers: { type: 'string' },
  replay: { type: 'string' },
  family: { type: 'string' },
  mutants: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** @throws ArgumentsInvalid; answers `help` when that was asked for */
export function parseChaosArguments(argv: readonly string[], cores: number): ChaosArguments | 'help' {
  const values = parsedArguments(argv, OPTIONS).values;
  if (values.help) return 'help';
  return {
    runs: whole('runs', values.runs ?? (values.mutants ? '300' : '200'), 1, 1_000_000),
    seed: whole('seed', values.seed ?? '1', 0, 1_000_000_000),
    workers: whole('workers', values.workers ?? `${cores}`, 1, 64),
    json: values.json ?? false,
    mutants: values.mutants ?? false,
    ...(values.replay !== undefined && { replay: whole('replay', values.replay, 0, 1_001_000_000) }),
    ...(values.family !== undefined && { family: familyOf(values.family) }),
  };
}

function familyOf(text: string): Family {
  const found = FAMILIES.find((family) => family === text);
  if (found) return found;
  throw new ArgumentsInvalid(`--family ${text}: must be one of ${FAMILIES.join(', ')}; see --help`);
}
