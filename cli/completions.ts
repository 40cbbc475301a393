import { STRATEGY_PRESET_NAMES } from '../lambdas/domain/strategy';
import type { OperationNeeds } from '../lambdas/operations/needs';
import { COMMANDS } from './commands';
import { DEMO_FOLDER } from './demo-folder';
import type { Surroundings, Where } from './surroundings';

/** What the library's scripts for the shells ask with. */
const ASK = '--get-yargs-completions';
/** The shell waits no longer after Tab; then commands and options are all there is. */
const PATIENCE_MS = 2_000;
/** Ids of so many rollouts, the newest. */
const MOST_ROLLOUTS = 20;

/** The words of a line that is being typed, the program's name first; undefined when nothing is to be completed. */
export function wordsToComplete(argv: readonly string[]): readonly string[] | undefined {
  const at = argv.indexOf(ASK);
  return at < 0 ? undefined : argv.slice(at + 1).map(unquoted);
}

/** The shells hand on a word as it was typed: `my\ folder` and `'my folder'` are one folder. */
const unquoted = (word: string): string =>
  word.replaceAll(
    /\\(.)|'([^']*)'|"([^"]*)"/g,
    (_, escaped?: string, single?: string, double?: string) => escaped ?? single ?? double ?? '',
  );

/**
 * How the last word may go on: names of endpoints, ids of rollouts and versions from the app, strategies, and otherwise
 * the commands and options that the library knows. Without credentials, or in haste, only the latter; never an error.
 */
export async function completionsFor(
  words: readonly string[],
  surroundings: Surroundings,
  known: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const [, ...typed] = words;
  const current = typed.at(-1) ?? '';
  const wanted = wantedBy(typed.slice(0, -1), current);
  if (wanted === 'other') return [];
  const found = wanted === undefined ? [] : await inTime(namesFor(wanted, typed, surroundings));
  const fitting = found.filter((one) => one.startsWith(current));
  if (fitting.length > 0) return fitting;
  try {
    return (await known()).filter((one) => one.startsWith(current));
  } catch {
    return [];
  }
}

/** `other` is a file or free text: the shell itself completes files. */
type Wanted = 'endpoint' | 'rollout' | 'version' | 'strategy' | 'other';

const BY_OPTION: Readonly<Record<string, Wanted>> = {
  '--endpoint': 'endpoint',
  '--rollout': 'rollout',
  '--to': 'version',
  '--strategy': 'strategy',
};

/** Of what kind the next word is; undefined where the library knows best. */
function wantedBy(before: readonly string[], current: string): Wanted | undefined {
  const option = BY_OPTION[before.at(-1) ?? ''];
  if (option !== undefined) return option;
  if (takesValue(before.at(-1) ?? '')) return 'other';
  if (current.startsWith('-')) return undefined;
  const [command, ...others] = plainWords(before);
  if (command === 'upload' && others.length === 0) return 'other';
  const usage = COMMANDS.map((one) => one.usage).find((one) => one.split(' ')[0] === command);
  return usage?.endsWith('[endpoint]') === true && others.length === 0 ? 'endpoint' : undefined;
}

async function namesFor(
  wanted: Exclude<Wanted, 'other'>,
  typed: readonly string[],
  { findApp, env }: Surroundings,
): Promise<readonly string[]> {
  if (wanted === 'strategy') return STRATEGY_PRESET_NAMES;
  const { ports } = await findApp(whereIn(typed, env));
  const names = (await ports.settings.listSettings()).map(({ settings }) => settings.name);
  if (wanted === 'endpoint') return names;
  const named = endpointIn(typed) ?? (names.length === 1 ? names[0] : undefined);
  if (named === undefined) return [];
  return wanted === 'rollout' ? rolloutsOf(ports, named) : versionsOf(ports, named);
}

const rolloutsOf = async ({ records }: OperationNeeds, endpoint: string): Promise<readonly string[]> =>
  (await records.listRecords(endpoint, MOST_ROLLOUTS)).map(({ id }) => id);

/** Those that were live, but for the one that is: a rollback does not go back to that. */
const versionsOf = async ({ liveModels }: OperationNeeds, endpoint: string): Promise<readonly string[]> => {
  const [live, ...before] = await liveModels.livePeriods(endpoint);
  return [...new Set(before.map(({ version }) => version))].filter((version) => version !== live?.version);
};

/** Nothing that goes wrong here may show up in the prompt of the shell. */
async function inTime(names: Promise<readonly string[]>): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE_MS);
  });
  try {
    return await Promise.race([names.catch(() => []), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Options that stand alone; each of the others is followed by its value. */
export const FLAGS: readonly string[] = [
  ...['--json', '--help', '--version', '--quick', '--wait', '--no-wait', '--watch', '--dry-run', '--force'],
  ...['--open', '--lift', '--preview', '--all', '--yes'],
];
const takesValue = (word: string): boolean => word.startsWith('--') && !word.includes('=') && !FLAGS.includes(word);

/** Command and arguments: neither options nor their values. */
const plainWords = (words: readonly string[]): readonly string[] =>
  words.filter((word, index) => word !== '' && !word.startsWith('-') && !takesValue(words[index - 1] ?? ''));

/** The endpoint that the line names already: by its option, or after the command. */
const endpointIn = (typed: readonly string[]): string | undefined =>
  valueOf(typed, '--endpoint') ?? plainWords(typed.slice(0, -1))[1];

function whereIn(typed: readonly string[], env: Surroundings['env']): Where {
  const demo = typed.includes('--demo') ? valueOf(typed, '--demo') || DEMO_FOLDER : undefined;
  return {
    stack: valueOf(typed, '--stack') ?? env['GREENLIGHT_STACK'] ?? 'Greenlight',
    region: valueOf(typed, '--region'),
    demo: demo?.startsWith('-') === true ? DEMO_FOLDER : demo,
  };
}

function valueOf(typed: readonly string[], option: string): string | undefined {
  const at = typed.indexOf(option);
  return at < 0 ? undefined : typed[at + 1];
}
