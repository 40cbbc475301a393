import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** What the command says is appended here too. */
  readonly logFile?: string;
}

/** How a command ended and all that it said, stdout and stderr in the order of arrival. */
export interface Ran {
  readonly code: number;
  readonly text: string;
}

/** Runs a command to its end. A command that cannot be started at all ends as code 127, as in a shell. */
export function run(command: string, args: readonly string[], { env, cwd, logFile }: RunOptions): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      if (logFile !== undefined) appendFileSync(logFile, chunk);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => resolve({ code: 127, text: `${text}${error.message}` }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 128, text: signal ? `${text}\nended by ${signal}` : text }),
    );
  });
}

/** The last lines of a text that are not empty. */
export const lastLines = (text: string, count: number): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
