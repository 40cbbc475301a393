import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { EMULATOR_ENV } from './credentials';
import { EmulatorNotStarted } from './errors';
import { freePort } from '../tools/free-port';
import { type Behaviour, BEHAVIOURS } from './gateway/probes/probe';
import { BIN, OUT } from './paths';
import { lastLines } from '../tools/python/run';
import { until } from './until';
import { emulatorPython } from './emulator-python';

const LAUNCHER = join(__dirname, 'python', 'launch.py');
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 5_000;

export interface MiniStackOptions {
  /** Factor on the waits of state machines: 0.1 makes a minute 6 seconds. @default 1 */
  readonly waitScale?: number;
  /** @default out/e2e/ministack-PORT.log */
  readonly logFile?: string;
}

/** A MiniStack of our own. */
export interface MiniStack {
  readonly url: string;
  readonly logFile: string;
  /** What the launcher supplies inside of it. */
  readonly supplied: readonly Behaviour[];
  /** Functions whose process starts from now on find AWS there. @default the emulator itself */
  setFunctionsEndpoint(url: string): void;
  /** Ends it with all the functions that run in it. */
  stop(): Promise<void>;
}

/**
 * Starts MiniStack on a free port of the loopback interface and waits until it is ready. It lives in a process group
 * of its own, with its functions, and ends itself when this process is gone, however that ended: the launcher reads
 * standard input, which closes then.
 *
 * @throws {EmulatorNotStarted} with the last lines of its log.
 */
export async function startMiniStack(options: MiniStackOptions = {}): Promise<MiniStack> {
  const python = await emulatorPython();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = options.logFile ?? join(OUT, `ministack-${port}.log`);
  const temporary = mkdtempSync(join(tmpdir(), 'greenlight-emulator-'));
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const child = spawn(python, [LAUNCHER], {
    detached: true,
    stdio: ['pipe', log, log],
    env: environment(port, temporary, options.waitScale ?? 1),
  });
  closeSync(log);
  child.stdin!.on('error', () => undefined);
  const ended = once(child, 'exit').catch(() => undefined);
  const stop = async (): Promise<void> => {
    await end(child, ended);
    rmSync(temporary, { recursive: true, force: true });
  };
  const running = (): boolean => child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  const ready = await until(async () => (running() ? await answers(url) : 'gone'), {
    withinMs: READY_WITHIN_MS,
    everyMs: 100,
  });
  if (ready !== 'ready') {
    await stop();
    const why = ready === 'gone' ? 'ended' : `was not ready within ${READY_WITHIN_MS / 1000} s`;
    throw new EmulatorNotStarted(`MiniStack ${why}; ${logFile}:\n${lastLines(readFileSync(logFile, 'utf8'), 10)}`);
  }
  return {
    url,
    logFile,
    supplied: suppliedInside(readFileSync(logFile, 'utf8')),
    setFunctionsEndpoint: (endpoint) => child.stdin!.write(`${JSON.stringify({ AWS_ENDPOINT_URL: endpoint })}\n`),
    stop,
  };
}

const suppliedInside = (log: string): readonly Behaviour[] =>
  BEHAVIOURS.filter((behaviour) => log.includes(`supplied: ${behaviour}\n`));

/** Nothing of ours beyond this: functions inherit MiniStack's environment. */
function environment(port: number, temporary: string, waitScale: number): NodeJS.ProcessEnv {
  const { PATH = '', HOME, LANG } = process.env;
  return {
    ...EMULATOR_ENV,
    HOME,
    LANG,
    // Functions run on the `node` that is found first.
    PATH: [BIN, PATH].join(delimiter),
    TMPDIR: temporary,
    PYTHONUNBUFFERED: '1',
    // Nothing is left beside the launcher's sources.
    PYTHONDONTWRITEBYTECODE: '1',
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    MINISTACK_REGION: EMULATOR_ENV.AWS_REGION,
    LAMBDA_EXECUTOR: 'local',
    SFN_WAIT_SCALE: String(waitScale),
  };
}

async function answers(url: string): Promise<'ready' | undefined> {
  try {
    const response = await fetch(`${url}/_ministack/ready`, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? 'ready' : undefined;
  } catch {
    return undefined;
  }
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  signal(child, 'SIGTERM');
  const timeout = new Promise<void>((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref());
  if (child.exitCode === null && child.signalCode === null) await Promise.race([ended, timeout]);
  // What is left of the group: functions that did not end, or MiniStack itself.
  signal(child, 'SIGKILL');
  await ended;
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
