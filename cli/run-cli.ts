import { join } from 'node:path';
import yargs, { type Argv } from 'yargs';
import { OperationRefused } from '../lambdas/contract/operation-errors';
import { version } from '../package.json';
import type { CliApp } from './app/cli-app';
import type { Cli, Command, GlobalOptions } from './command';
import { COMMANDS } from './commands/index';
import { completionsFor, wordsToComplete } from './completions';
import { DEMO_FOLDER } from './demo-folder';
import { envelope } from './envelope';
import { EXIT, type ExitCode } from './exit-codes';
import { type CommandFailure, failureOf, UsageError } from './failure';
import { ON_THIS_MACHINE, programHelp } from './help';
import { nextLines } from './render/next';
import { paintFor } from './render/paint';
import { wrapped, typed } from './render/text';
import { spellingFor } from './spelling';
import { didYouMean } from './suggestion';
import type { Surroundings } from './surroundings';

/**
 * The library's script, for `source <(npx greenlight completion)`. The command is no program on the PATH, so the script
 * first makes it a function of the shell: `greenlight status` then works from any folder, and Tab completes it. Where
 * there is nothing to offer, bash completes files by itself, and zsh has to be told.
 */
const completionScript = (script: string): string =>
  `greenlight() { ${typed(join(__dirname, 'greenlight.mjs'))} "$@"; }\n${script.replace(
    "  _describe 'values' reply",
    "  if (( ${#reply} )); then _describe 'values' reply; else _files; fi",
  )}`;

const COMPLETION = 'completion';
const COMPLETION_SAYS = 'Print a script that completes commands and options in bash or zsh';
const COMPLETION_USE = 'In bash or zsh: source <(npx greenlight completion)';

const nameOf = (usage: string): string => usage.split(' ')[0] ?? '';

interface ChosenCommand {
  readonly command: Command;
  readonly name: string;
  readonly args: GlobalOptions;
}

/** The whole command line: parses, runs one command, writes its answer. Never throws. */
export async function runCli(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { out, env } = surroundings;
  // Also of a command line that cannot be parsed: a program that asks for JSON gets JSON.
  const json = argv.some((one) => one === '--json' || one === '--json=true');
  const name = argv.find((one) => COMMANDS.some(({ usage }) => nameOf(usage) === one)) ?? '';
  const words = wordsToComplete(argv);
  if (words !== undefined) {
    // The library finds the flag in what it parses, and then writes instead of choosing a command.
    const known = async () => {
      const text = parse(argv, surroundings);
      return typeof text === 'string' ? text.split('\n').filter((one) => one !== '') : [];
    };
    for (const one of await completionsFor(words, surroundings, known)) out(one);
    return EXIT.ok;
  }
  try {
    const parsed = parse(argv, surroundings);
    if (typeof parsed === 'string') {
      out(parsed);
      return EXIT.ok;
    }
    const cli = cliFor(parsed, argv, surroundings);
    if (parsed.command.acts && parsed.args.demo !== undefined) await refuseRecording(cli, parsed);
    const { result, lines, exitCode = EXIT.ok } = await parsed.command.run(cli, parsed.args);
    out(json ? JSON.stringify(envelope(parsed.name, exitCode, result, null)) : lines.join('\n'));
    return exitCode;
  } catch (error) {
    const failure = failureOf(error, name);
    if (json) out(JSON.stringify(envelope(name, failure.exitCode, null, failure)));
    else tell(failure, name, surroundings);
    if ((env['GREENLIGHT_DEBUG'] ?? '') !== '' && error instanceof Error)
      surroundings.err(error.stack ?? error.message);
    return failure.exitCode;
  }
  function tell({ name: errorName, message, next }: CommandFailure, command: string, { err }: Surroundings): void {
    const { errIsTerminal, columns } = surroundings;
    const paint = paintFor(errIsTerminal, env);
    const who = `greenlight${command === '' ? '' : ` ${command}`}`;
    const said = `${who}: ${errorName}: ${message}`;
    // A log is searched line by line; a person reads whole words.
    const [first = '', ...more] = errIsTerminal ? wrapped(said, columns) : [said];
    for (const line of [first.replace(errorName, paint.bad(errorName)), ...more]) err(line);
    for (const line of nextLines(next, { paint, spell: spellingFor(argv) })) err(line);
  }
}

const OPTIONS_HEADING = 'Options of every command:';

/** Sentences are hard to follow in wider lines. */
const columnsOf = ({ columns }: Pick<Surroundings, 'columns'>): number => Math.min(columns, 100);

/** `--help` without a command, which tells what there is. */
const isProgramHelp = (argv: readonly string[]): boolean =>
  argv.some((word) => word === '--help') && !argv.some((word) => COMMAND_NAMES.includes(word));

/** Everything that can be typed. */
function parserFor({ columns, env }: Surroundings, choose: (chosen: ChosenCommand) => void) {
  const withGlobals = yargs()
    .scriptName('greenlight')
    .usage('$0 <command>\n\nRollouts of models: start, watch, understand, approve, stop, go back.')
    .option('stack', {
      type: 'string',
      default: env['GREENLIGHT_STACK'] ?? 'Greenlight',
      describe: 'CloudFormation stack of the app',
      requiresArg: true,
    })
    .option('region', { type: 'string', describe: 'AWS region [default: that of the environment]', requiresArg: true })
    .option('demo', {
      type: 'string',
      describe: `Look at the recording of a demo, in this folder [default: ${DEMO_FOLDER}]`,
    })
    .option('json', { type: 'boolean', default: false, describe: 'Write JSON, and nothing else, on standard output' });
  const parser = COMMANDS.reduce(
    (all, command) =>
      all.command(
        command.usage,
        command.describe,
        (one) => withExamples(ownFirst(command.build(one as never)), command) as never,
        (args) => choose({ command, name: String(args._[0]), args: globals(args as never) }),
      ),
    withGlobals as unknown as ReturnType<typeof yargs>,
  );
  return parser
    .demandCommand(1, 'name a command')
    .strictCommands()
    .strict()
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .version(version)
    .help()
    .group([...GLOBAL], OPTIONS_HEADING)
    .wrap(columnsOf({ columns }))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      // The library says the same in either; nothing of ours runs while it parses.
      throw new UsageError(withSuggestion(message ?? error.message, parser));
    });
}

const GLOBAL: readonly string[] = ['stack', 'region', 'demo', 'json', 'help', 'version'];

/** A command's own options stand before those that every command has. */
function ownFirst(parser: Argv<GlobalOptions>): Argv<GlobalOptions> {
  const own = optionsOf(parser).filter((name) => !GLOBAL.includes(name));
  return own.length === 0 ? parser : parser.group(own, 'Options:');
}

/** Of positional arguments and options the latter, by their long names. */
function optionsOf(parser: unknown): readonly string[] {
  const known = parser as {
    getOptions(): { readonly key: object };
    getGroups(): Readonly<Record<string, readonly string[]>>;
  };
  const positional = known.getGroups()['Positionals:'] ?? [];
  return Object.keys(known.getOptions().key).filter(
    (one) => one.length > 1 && /^[a-z][a-z\d-]*$/.test(one) && !positional.includes(one),
  );
}

const withExamples = (parser: Argv<GlobalOptions>, { examples }: Command): Argv<GlobalOptions> =>
  examples.reduce((all, example) => all.example(example, ''), parser);

/** The library knows which word is wrong, and not which was meant: it takes `stat` for `start`. */
function withSuggestion(message: string, parser: Argv): string {
  const [, kind, word = ''] = /^Unknown (command|argument)s?: ([^ ,]+)$/.exec(message) ?? [];
  if (kind === undefined) return message;
  if (kind === 'command') return `${message}${didYouMean(word, [...COMMAND_NAMES])}`;
  return `${message}${didYouMean(word, [...optionsOf(parser)]).replace('mean ', 'mean --')}`;
}

const COMMAND_NAMES: readonly string[] = [...COMMANDS, ...ON_THIS_MACHINE, { usage: 'completion' }].map(({ usage }) =>
  nameOf(usage),
);

/**
 * The command that was named with its arguments, or text that was asked for: help, version, the completion's script.
 */
function parse(argv: readonly string[], surroundings: Surroundings): ChosenCommand | string {
  let chosen: ChosenCommand | undefined;
  let text = '';
  const helps = argv[0] === COMPLETION && (argv.includes('--help') || argv.includes('-h'));
  const named = parserFor(surroundings, (one) => void (chosen = one));
  // The library prints the script for every line that has the word, also for one that asks for help.
  const parser = helps
    ? named.command(COMPLETION, COMPLETION_SAYS, (one) => one.epilog(COMPLETION_USE))
    : named.completion(COMPLETION, COMPLETION_SAYS);
  void parser.parse([...argv], (_error: unknown, _args: unknown, output: string) => {
    text = output;
  });
  if (argv[0] === COMPLETION && !helps) return completionScript(text);
  if (chosen !== undefined && text === '') return chosen;
  if (isProgramHelp(argv)) return programHelp(text.slice(text.indexOf(OPTIONS_HEADING)), columnsOf(surroundings));
  return text;
}

/** `--demo` alone means the demo's usual folder. */
const globals = (args: GlobalOptions): GlobalOptions => (args.demo === '' ? { ...args, demo: DEMO_FOLDER } : args);

function cliFor({ args, name }: ChosenCommand, argv: readonly string[], surroundings: Surroundings): Cli {
  const { env, isTerminal, clock, err, out, openFile, user } = surroundings;
  const { stack, region, demo, json } = args;
  let found: Promise<CliApp> | undefined;
  return {
    app: () => (found ??= surroundings.findApp({ stack, region, demo })),
    account: () => surroundings.findAccount({ stack, region, demo }),
    clock,
    paint: paintFor(isTerminal && !json, env),
    get columns() {
      return surroundings.columns;
    },
    get rows() {
      return surroundings.rows;
    },
    spell: spellingFor(argv),
    isTerminal: isTerminal && !json,
    json,
    env,
    note: (text) => (json ? undefined : err(text)),
    emit: (result, text) => out(json ? JSON.stringify(envelope(name, EXIT.ok, result, null)) : text),
    onInterrupt: surroundings.onInterrupt,
    openFile,
    ask: json ? undefined : surroundings.ask,
    user,
  };
}

async function refuseRecording(cli: Cli, { name }: ChosenCommand): Promise<void> {
  const { recording } = await cli.app();
  if (recording === undefined) return;
  throw new OperationRefused(
    'RecordingOnly',
    `${recording} is a recording of a demo that has ended: ${name} would have nothing to act on`,
    [{ what: 'Look at it instead', command: 'greenlight status --demo' }],
  );
}
