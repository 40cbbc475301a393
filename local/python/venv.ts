import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ToolMissing } from './tool-missing';

const execute = promisify(execFile);
/** Under node_modules: untracked, and gone with it. */
const CACHE = join(__dirname, '..', '..', 'node_modules', '.cache', 'greenlight');
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const IS_NEW_ENOUGH = 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else 1)';

/**
 * The Python of a virtual environment that holds the pinned packages of a requirements file and nothing else. There is one
 * per content of the file, made at the first use, under another name until it is complete: an installation that was cut off
 * is never taken for a whole one. Programs beside it name the Python of that other name in their first line, so run them
 * with this one.
 *
 * @param name what the environment is for, as a file name
 * @param requirements path of a file that pins every package, those that others need too
 * @throws ToolMissing no Python 3.10 or newer, no venv module, or the package index does not answer
 */
export async function venvPython(name: string, requirements: string): Promise<string> {
  const pins = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 8);
  const home = join(CACHE, `${name}-${pins}`);
  const python = join(home, 'bin', 'python');
  if (existsSync(python)) return python;
  const partial = `${home}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  try {
    await install(await findPython(), partial, requirements);
    try {
      renameSync(partial, home);
    } catch (error) {
      // Somebody else was faster: theirs is as good.
      if (!existsSync(python)) throw error;
    }
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return python;
}

async function install(python: string, directory: string, requirements: string): Promise<void> {
  await said(
    execute(python, ['-m', 'venv', directory]),
    `${python} cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv`,
  );
  const flags = ['--no-input', '--no-deps', '--disable-pip-version-check', '--quiet', '--timeout', '20'];
  await said(
    execute(join(directory, 'bin', 'python'), ['-m', 'pip', 'install', ...flags, '--requirement', requirements]),
    `pip could not install ${requirements}. Does the package index answer?`,
  );
}

/** The first Python on the PATH that is new enough; the variable PYTHON names another. */
async function findPython(): Promise<string> {
  for (const candidate of [process.env.PYTHON, ...CANDIDATES]) {
    if (candidate === undefined || candidate === '') continue;
    const works = await execute(candidate, ['-c', IS_NEW_ENOUGH]).then(
      () => true,
      () => false,
    );
    if (works) return candidate;
  }
  throw new ToolMissing('No Python 3.10 or newer is on the PATH. Install one, or name it in the variable PYTHON.');
}

/** Adds what to do to an error, with the last lines that the program said. */
async function said(running: Promise<unknown>, advice: string): Promise<void> {
  try {
    await running;
  } catch (error) {
    const { stderr = '', stdout = '' } = error as { readonly stderr?: string; readonly stdout?: string };
    const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
    throw new ToolMissing([advice, ...lines.slice(-5)].join('\n'), { cause: error });
  }
}
