import type { Clock } from '../lambdas/adapters/sdk/context';
import type { Account } from './app/account';
import type { CliApp } from './app/cli-app';

/** What the CLI runs in: a process, or a test. */
export interface Surroundings {
  /** Results. */
  readonly out: (text: string) => void;
  /** Everything else, so that `--json` leaves nothing but JSON among the results. */
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether results go to a terminal. */
  readonly isTerminal: boolean;
  /** Whether everything else goes to one. */
  readonly errIsTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Time outside of the app, which a recording's is not. */
  readonly clock: Clock;
  /** Who runs the command, unless `--by` says so. */
  readonly user: string;
  readonly findApp: (where: Where) => Promise<CliApp>;
  readonly findAccount: (where: Where) => Promise<Account>;
  /** What Ctrl-C does from now on, in place of ending the process. */
  readonly onInterrupt: (stop: () => void) => void;
  readonly openFile: (path: string) => Promise<void>;
  /** Asks who sits at the terminal; undefined where there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

/** Which app a command is for. */
export interface Where {
  readonly stack: string;
  readonly region: string | undefined;
  /** The folder of a demo's recording, in place of AWS. */
  readonly demo: string | undefined;
}
