import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';

/** Processes that were started and have not ended, by the id of their group. */
const groups = new Set<number>();
// However this process ends, they end with it: a group of their own hears no Ctrl-C.
process.on('exit', () => {
  for (const group of groups) killGroup(group);
});

/**
 * Starts a process in a group of its own, so that what it starts ends with it. Without arguments it is a shell's
 * command line.
 */
export function startGroup([program, ...args]: readonly [string, ...string[]], options: SpawnOptions): ChildProcess {
  const child = spawn(program, args, { ...options, shell: args.length === 0, detached: true });
  const group = child.pid;
  if (group !== undefined) {
    groups.add(group);
    // What a shell started may outlive it.
    child.once('exit', () => killGroup(group));
  }
  return child;
}

export const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Ends a process and what it started, and waits for it. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  killGroup(child.pid);
  await gone;
}

function killGroup(group: number): void {
  groups.delete(group);
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended
  }
}
