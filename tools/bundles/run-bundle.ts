import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DeployedBundle } from './deployed-bundles';

const execute = promisify(execFile);
/** Far beyond what a loaded machine needs; a bundle that hangs is ended. */
const LIMIT_MS = 120_000;

/** Processor time, in ms, that this process has had. */
const END = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000); process.exit(0)';
/** Imports the handler and ends: all that a function does before its first event. */
const IMPORT =
  "const { handler } = await import(process.argv[1]); if (typeof handler !== 'function') throw new Error('no " +
  `handler'); ${END}`;

/** Milliseconds from the start of a Node.js process until it is ready: by the clock, and of the processor. */
export interface StartUp {
  readonly elapsed: number;
  readonly processor: number;
}

/** Ready is when the bundle's handler is imported. */
export const startUp = (bundle: DeployedBundle): Promise<StartUp> =>
  timed(['--input-type=module', '-e', IMPORT, join(bundle.directory, bundle.entry)], bundle);

/** Of a process that imports nothing. */
export const emptyStartUp = (): Promise<StartUp> => timed(['-e', END]);

export interface Alone {
  /** Why it could not be imported, if so. */
  readonly failure?: string;
  /** What it looked for outside of its folder, with the places where that was. */
  readonly outside: readonly string[];
  /** Lines on stderr that are not log entries: warnings of Node.js, for example of a deprecated call. */
  readonly warnings: readonly string[];
}

/** Imports and calls a bundle that finds no code outside of its folder; the way to AWS is closed, too. */
export async function runAlone(bundle: DeployedBundle): Promise<Alone> {
  const { stdout, stderr } = await execute(
    process.execPath,
    [join(__dirname, 'in-a-process.mts'), join(bundle.directory, bundle.entry)],
    { env: lambdaEnvironment(bundle), timeout: LIMIT_MS },
  );
  const lastLine = stdout.trimEnd().split('\n').at(-1) ?? '';
  const warnings = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  return { ...(JSON.parse(lastLine) as Omit<Alone, 'warnings'>), warnings };
}

async function timed(args: readonly string[], bundle?: DeployedBundle): Promise<StartUp> {
  const started = performance.now();
  const { stdout } = await execute(process.execPath, args, { env: lambdaEnvironment(bundle), timeout: LIMIT_MS });
  return { elapsed: performance.now() - started, processor: Number(stdout) };
}

/** The function's variables and those of Lambda that code reads while it starts; nothing of this process' own. */
const lambdaEnvironment = (bundle: DeployedBundle | undefined): NodeJS.ProcessEnv => ({
  TZ: 'UTC',
  AWS_REGION: 'eu-west-1',
  // Powertools traces only where these are set.
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: bundle?.directory,
  AWS_LAMBDA_FUNCTION_NAME: bundle?.name ?? 'nothing',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_ACCESS_KEY_ID: 'access-key',
  AWS_SECRET_ACCESS_KEY: 'secret-key',
  // Nothing listens on this port, and one refusal is enough.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  AWS_MAX_ATTEMPTS: '1',
  ...bundle?.environment,
});
