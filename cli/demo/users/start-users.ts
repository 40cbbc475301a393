import { fork } from 'node:child_process';
import { join } from 'node:path';
import { processBundle } from '../../../simulator/runtime/process-bundle';
import type { FromUsers, ToUsers, UsersOptions, UsersReport } from './messages';

export interface Users {
  /** Asks for the last report and waits until the process is gone. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 2_000;

/** Starts the users' process. `onReport` gets what happened five times a second. */
export async function startUsers(options: UsersOptions, onReport: (report: UsersReport) => void): Promise<Users> {
  const child = fork(await processBundle(join(__dirname, 'users-process.ts')), [], {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.on('message', ({ report }: FromUsers) => onReport(report));
  const say = (message: ToUsers) => void (child.connected && child.send(message, () => undefined));
  say({ type: 'start', options });
  return {
    stop: async () => {
      say({ type: 'stop' });
      const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await gone;
      clearTimeout(late);
    },
  };
}
