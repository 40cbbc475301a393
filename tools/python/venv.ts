import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, run } from './run';
import { PackagesNotInstalled, PythonMissing, VenvMissing } from './tool-missing';

/** Under node_modules: untracked, and gone with it. */
const CACHE = join(__dirname, '..', '..', 'node_modules', '.cache', 'greenlight');
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const OLDEST = { major: 3, minor: 10 };

export interface Venv {
  /** What the environment is for, as a file name. */
  readonly name: string;
  /** Path of a file that pins every package, those that others need too. */
  readonly requirements: string;
  /** Where environments are kept. @default node_modules/.cache/greenlight */
  readonly cache?: string;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The Python of a virtual environment that holds the pinned packages of a requirements file and nothing else. There is
 * one per content of the file, made at the first use, under another name until it is complete: an installation that was
 * cut off is never taken for a whole one. Programs beside it name the Python of that other name in their first line, so
 * run them with this one.
 *
 * @throws {PythonMissing} {@link VenvMissing} {@link PackagesNotInstalled}
 */
export async function venvPython({ name, requirements, cache = CACHE, env = process.env }: Venv): Promise<string> {
  const pins = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 8);
  const home = join(cache, `${name}-${pins}`);
  const python = join(home, 'bin', 'python');
  if (existsSync(python)) return python;

  const partial = `${home}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  try {
    await install(await findPython(env), partial, requirements, env);
    try {
      renameSync(partial, home);
    } catch (error) {
      // Another process was faster: its environment is as good.
      if (!existsSync(python)) throw error;
    }
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return python;
}

async function install(python: string, into: string, requirements: string, env: NodeJS.ProcessEnv): Promise<void> {
  const made = await run(python, ['-m', 'venv', into], { env });
  if (made.code !== 0) {
    throw new VenvMissing(
      `${python} cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv. It ` +
        `said:\n${lastLines(made.text, 5)}`,
    );
  }
  // Compiling every module takes twice as long as the rest; Python compiles what is imported, once.
  const flags = ['--no-input', '--no-deps', '--no-compile', '--disable-pip-version-check'];
  const patience = ['--timeout', '20', '--retries', '2'];
  const args = ['-m', 'pip', 'install', ...flags, ...patience, '--requirement', requirements];
  const installed = await run(join(into, 'bin', 'python'), args, { env });
  if (installed.code === 0) return;
  const said = lastLines(installed.text, 5);
  if (installed.text.includes('No module named pip')) throw new VenvMissing(`${python} has no pip. It said:\n${said}`);
  throw new PackagesNotInstalled(
    `pip could not install ${requirements}. Does the package index answer? It said:\n${said}`,
  );
}

/** The first Python of 3.10 or newer on the PATH; `PYTHON` names another. */
async function findPython(env: NodeJS.ProcessEnv): Promise<string> {
  const found: string[] = [];
  for (const candidate of [...(env.PYTHON ? [env.PYTHON] : []), ...CANDIDATES]) {
    const said = await run(candidate, ['--version'], { env });
    const version = /^Python (\d+)\.(\d+)/.exec(said.text);
    if (said.code !== 0 || !version) continue;
    const [major, minor] = [Number(version[1]), Number(version[2])];
    if (major === OLDEST.major && minor >= OLDEST.minor) return candidate;
    found.push(`${candidate} is ${major}.${minor}`);
  }
  throw new PythonMissing(
    `Python ${OLDEST.major}.${OLDEST.minor} or newer is needed; ` +
      `${found.length === 0 ? 'there is none on the PATH' : found.join(', ')}. ` +
      'Install one, or name it in PYTHON',
  );
}
