import { type EndpointSettings, endpointSettingsSchema } from '../../lambdas/contract/endpoint-settings';
import { problems } from '../../lambdas/contract/problems';
import { parseStrategyText } from '../../lambdas/contract/strategy';
import { parseTrace, EvidenceInvalid } from '../../lambdas/contract/kept-evidence';
import { dayOfTrace } from '../../lambdas/domain/plan/blue-day';
import type { Strategy } from '../../lambdas/domain/strategy';
import type { ModelTask } from '../../lambdas/domain/task';
import { ArgumentsInvalid, parsedArguments } from '../../tools/arguments-invalid';
import { namedJson } from '../../tools/named-file';
import type { PlanRequest } from './request';
import { RANGE_SHARES, type SteadyTraffic, steadyDay } from './steady-day';

export const HELP = `\
Can this canary prove anything at this traffic? Simulates it with the judge itself, before anything is rolled out.

  npm run plan -- --trace FILE [options]
  npm run plan -- --rpm N [--error-rate R] [--median-ms M] [--p99-ms P] [--classes S,S,…] [options]

  --trace FILE      blue's minutes, as replay reads them (docs/guides/replay.md); a day of them is best
  --rpm N           requests per minute, 0.1 to 1000000, where no minutes were recorded
  --error-rate R    share of them that fails: 0.01 or 1% (default 0)
  --median-ms M     their median duration (default: 50 is assumed)
  --p99-ms P        their 99th percentile (default 3.2 times the median)
  --classes S,S,…   shares of the answers by class, summing to 1 (default: 0.7,0.3, or tenths of a number
                    where the settings' task is one of numbers)
  --settings FILE   JSON with endpoint settings that differ from the defaults
  --strategy S      a preset (Canary10Percent15Minutes, Progressive …) or {"steps":[{"weight":10,"bakeMinutes":15}]}
                    (default: the settings')
  --seed N          another draw (default 1)
  --quick           fewer simulated canaries: a third of the time, rougher numbers
  --json            print the plan as JSON on standard output, and nothing else there
  --help            this text

Exit code: 0 it was planned, whatever the advice; 2 the arguments or files cannot be used.`;

const OPTIONS = {
  trace: { type: 'string' },
  rpm: { type: 'string' },
  'error-rate': { type: 'string' },
  'median-ms': { type: 'string' },
  'p99-ms': { type: 'string' },
  classes: { type: 'string' },
  settings: { type: 'string' },
  strategy: { type: 'string' },
  seed: { type: 'string' },
  quick: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parsedArguments<typeof OPTIONS>>['values'];
/** What a plan is asked for, as it was typed. */
export type PlanValues = Omit<Values, 'json' | 'help'>;

export interface PlanArguments {
  readonly request: PlanRequest;
  readonly json: boolean;
}

/** @throws ArgumentsInvalid; answers `help` when that was asked for */
export function parsePlanArguments(argv: readonly string[]): PlanArguments | 'help' {
  const values = parsedArguments(argv, OPTIONS).values;
  return values.help ? 'help' : { request: planRequest(values), json: values.json ?? false };
}

/** @throws ArgumentsInvalid */
export function planRequest(values: PlanValues): PlanRequest {
  const settings = settingsOf(values.settings);
  const seed = number('seed', values.seed ?? '1', { from: 0, to: 2 ** 31, whole: true });
  return {
    settings,
    builtIn: true,
    strategy: values.strategy === undefined ? settings.strategy : strategyOf(values.strategy),
    ...dayOf(values, seed, settings.task),
    seed,
    effort: values.quick ? 'quick' : 'usual',
  };
}

const STEADY = ['error-rate', 'median-ms', 'p99-ms', 'classes'] as const;

function dayOf(values: PlanValues, seed: number, task: EndpointSettings['task']): Pick<PlanRequest, 'day' | 'source'> {
  if ((values.trace === undefined) === (values.rpm === undefined))
    throw new ArgumentsInvalid('say either --trace FILE or --rpm N; see --help');
  if (values.trace === undefined) return steady(values, seed, task);
  const beside = STEADY.find((name) => values[name] !== undefined);
  if (beside) throw new ArgumentsInvalid(`--${beside} ${values[beside]}: means something with --rpm only`);
  const day = dayOfTrace(traceIn(values.trace));
  if (day.minutes.every(({ requests }) => requests === 0))
    throw new ArgumentsInvalid(`--trace ${values.trace}: blue has no request in its ${day.minutes.length} minutes`);
  return { day, source: `${day.minutes.length} minutes of ${values.trace}` };
}

function steady(values: PlanValues, seed: number, task: EndpointSettings['task']): Pick<PlanRequest, 'day' | 'source'> {
  const medianMs = optional('median-ms', values['median-ms'], { from: 0.01, to: 900_000 });
  const p99Ms = optional('p99-ms', values['p99-ms'], { from: 0.01, to: 900_000 });
  if (p99Ms !== undefined && !(medianMs !== undefined && p99Ms > medianMs))
    throw new ArgumentsInvalid(`--p99-ms ${p99Ms}: must be above --median-ms, and be given with it`);
  const isNumber = values.classes === undefined && task !== undefined && OF_NUMBERS.includes(task);
  const traffic: SteadyTraffic = {
    requestsPerMinute: number('rpm', values.rpm ?? '', { from: 0.1, to: 1_000_000 }),
    errorRate: share('error-rate', values['error-rate'] ?? '0'),
    latency: { medianMs: medianMs ?? USUAL_MEDIAN_MS, sigma: sigmaOf(medianMs ?? USUAL_MEDIAN_MS, p99Ms) },
    classShares: values.classes === undefined ? (isNumber ? RANGE_SHARES : USUAL_CLASSES) : classesOf(values.classes),
    measure: isNumber ? 'score' : undefined,
  };
  return {
    day: steadyDay(traffic, seed),
    source: ['a steady day drawn from such numbers', ...assumed(values, isNumber)].join('; assumed because not said: '),
  };
}

/**
 * What is judged in any case and was not described. Left out, a gate would seem to need no proof, and "0 % ends without
 * proof" would not be true. A median of tens of milliseconds and two uneven classes are common, and proven neither
 * soonest nor latest.
 */
const USUAL_MEDIAN_MS = 50;
const USUAL_CLASSES = [0.7, 0.3];
/** Tasks whose answers are numbers and no classes. */
const OF_NUMBERS: readonly ModelTask[] = ['regression', 'forecast', 'embedding', 'detection'];

function assumed(values: PlanValues, isNumber: boolean): readonly string[] {
  const durations = `a median of ${USUAL_MEDIAN_MS} ms (--median-ms)`;
  const classes = isNumber
    ? 'numbers, counted in tenths and the ends of their range (setting task)'
    : 'two classes, 70 % and 30 % (--classes)';
  const all = [
    ...(values['median-ms'] === undefined ? [durations] : []),
    ...(values.classes === undefined ? [classes] : []),
  ];
  return all.length === 0 ? [] : [all.join(' and ')];
}

/** The standard normal's 99th percentile. */
const SCORE_OF_P99 = 2.326;
/** Of the logarithm of durations: what services usually have. */
const USUAL_SIGMA = 0.5;

const sigmaOf = (medianMs: number, p99Ms: number | undefined): number =>
  p99Ms === undefined ? USUAL_SIGMA : Math.log(p99Ms / medianMs) / SCORE_OF_P99;

function classesOf(text: string): readonly number[] {
  const shares = text.split(',').map((one) => share('classes', one.trim()));
  const sum = shares.reduce((total, one) => total + one, 0);
  if (Math.abs(sum - 1) > 0.005)
    throw new ArgumentsInvalid(`--classes ${text}: the shares sum to ${sum}, and must sum to 1`);
  return shares.map((one) => one / sum);
}

function share(name: string, text: string): number {
  const [, digits, percent] = /^(\d*\.?\d+(?:e-?\d+)?)\s*(%?)$/i.exec(text) ?? [];
  const value = Number(digits) / (percent ? 100 : 1);
  if (!(value >= 0 && value <= 1))
    throw new ArgumentsInvalid(`--${name} ${text}: must be a share from 0 to 1, or 0% to 100%`);
  return value;
}

interface PlanLimits {
  readonly from: number;
  readonly to: number;
  readonly whole?: boolean;
}

function number(name: string, text: string, { from, to, whole = false }: PlanLimits): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= from && value <= to) || (whole && !Number.isInteger(value)))
    throw new ArgumentsInvalid(`--${name} ${text}: must be a ${whole ? 'whole ' : ''}number from ${from} to ${to}`);
  return value;
}

const optional = (name: string, text: string | undefined, limits: PlanLimits): number | undefined =>
  text === undefined ? undefined : number(name, text, limits);

function strategyOf(text: string): Strategy {
  try {
    return parseStrategyText(text);
  } catch (error) {
    throw new ArgumentsInvalid(`--strategy ${text}: ${firstProblem(error)}`);
  }
}

const firstProblem = (error: unknown): string => {
  const [issue] = error instanceof Error && 'issues' in error ? (error.issues as { message: string }[]) : [];
  return issue?.message ?? (error instanceof Error ? error.message : String(error));
};

/** Only what differs from the defaults has to be there. */
function settingsOf(file: string | undefined): EndpointSettings {
  const value = file === undefined ? {} : namedJson('--settings', file, 'a JSON file with endpoint settings');
  const named = typeof value === 'object' && value !== null ? { name: 'plan', ...value } : value;
  const parsed = endpointSettingsSchema.safeParse(named);
  if (parsed.success) return parsed.data;
  throw new ArgumentsInvalid(
    problems(parsed.error, '', named)
      .map((line) => `--settings ${file}: ${line}`)
      .join('\n'),
  );
}

function traceIn(file: string) {
  try {
    return parseTrace(namedJson('--trace', file, 'a trace, a .json file'), file);
  } catch (error) {
    if (error instanceof EvidenceInvalid) throw new ArgumentsInvalid(error.message);
    throw error;
  }
}
