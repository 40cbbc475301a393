import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Actor } from '../lambdas/operations/needs';
import type { Clock } from '../lambdas/adapters/sdk/context';
import type { Account } from './app/account';
import type { CliApp } from './app/cli-app';
import type { ExitCode } from './exit-codes';
import type { Paint } from './render/paint';

/** Options that every command has. */
export interface GlobalOptions {
  readonly stack: string;
  readonly region: string | undefined;
  readonly demo: string | undefined;
  readonly json: boolean;
}

/** What a command works with. */
export interface Cli {
  /** Found at the first call. */
  readonly app: () => Promise<CliApp>;
  /** The AWS account around it, which may have no app yet. */
  readonly account: () => Promise<Account>;
  /** The app's own time: a recording stands still. */
  readonly clock: Clock;
  readonly paint: Paint;
  /** A command as it is to be typed for this app; undefined where it would be refused. */
  readonly spell: (command: string) => string | undefined;
  /** Of the terminal now: people change its size. */
  readonly columns: number;
  readonly rows: number;
  readonly isTerminal: boolean;
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tells what is going on, on standard error; nothing with `--json`. */
  readonly note: (text: string) => void;
  /** Writes a result before the end, for commands that go on: text, or with `--json` one line of JSON. */
  readonly emit: (result: unknown, text: string) => void;
  /** What Ctrl-C does from now on, in place of ending the process. */
  readonly onInterrupt: (stop: () => void) => void;
  readonly openFile: (path: string) => Promise<void>;
  /** Asks a person, who answers with a line; undefined where no person reads, or with `--json`. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly user: string;
}

/** What a command answers: `result` for `--json`, `lines` for people. */
export interface CommandResult {
  readonly result: unknown;
  readonly lines: readonly string[];
  /** @default 0 */
  readonly exitCode?: ExitCode;
}

export interface Command {
  /** Its name and its arguments, as yargs writes them: `status [endpoint]`. */
  readonly usage: string;
  readonly describe: string;
  /** Lines to copy, of the help. */
  readonly examples: readonly string[];
  /** Changes something, which a recording refuses. */
  readonly acts: boolean;
  readonly build: (yargs: Argv<GlobalOptions>) => Argv<GlobalOptions>;
  readonly run: (cli: Cli, args: unknown) => Promise<CommandResult>;
}

/** One command: its arguments are typed by its own builder. */
export function defineCommand<T extends GlobalOptions>(command: {
  readonly usage: string;
  readonly describe: string;
  readonly examples: readonly string[];
  readonly acts?: boolean;
  readonly builder: (yargs: Argv<GlobalOptions>) => Argv<T>;
  readonly run: (cli: Cli, args: ArgumentsCamelCase<T>) => Promise<CommandResult>;
}): Command {
  return {
    usage: command.usage,
    describe: command.describe,
    examples: command.examples,
    acts: command.acts ?? false,
    build: (yargs) => command.builder(yargs),
    run: (cli, args) => command.run(cli, args as ArgumentsCamelCase<T>),
  };
}

/** Who acts, and why. */
export const actorOf = (cli: Cli, { by, reason }: { readonly by?: string; readonly reason?: string }): Actor => ({
  by: by ?? cli.user,
  reason: reason ?? '',
});
