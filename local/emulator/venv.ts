import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmulatorNotInstalled, PythonMissing, VenvMissing } from './errors';
import { PROJECT } from './paths';
import { lastLines, run } from './run';

const REQUIREMENTS = join(__dirname, 'requirements.txt');
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const OLDEST = { major: 3, minor: 10 };

/** The pinned version of MiniStack. */
export function ministackVersion(): string {
  const found = /^ministack==(\S+)$/m.exec(readFileSync(REQUIREMENTS, 'utf8'));
  if (!found) throw new Error(`${REQUIREMENTS} does not name ministack==VERSION`);
  return found[1]!;
}

export interface VenvOptions {
  /** Where environments are kept. @default node_modules/.cache/greenlight */
  readonly cache?: string;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The Python of a virtual environment that holds the pinned MiniStack and nothing else. It lies under node_modules, one
 * directory per content of the pin file, and is made at the first use. It is installed under another name and renamed
 * when complete, so that an interrupted installation is never taken for a whole one.
 *
 * @throws {PythonMissing} {@link VenvMissing} {@link EmulatorNotInstalled}
 */
export async function venvPython(options: VenvOptions = {}): Promise<string> {
  const { cache = join(PROJECT, 'node_modules', '.cache', 'greenlight'), env = process.env } = options;
  const pins = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 8);
  const home = join(cache, `ministack-${ministackVersion()}-${pins}`);
  const python = join(home, 'bin', 'python');
  if (existsSync(python)) return python;

  const partial = `${home}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  try {
    await install(await findPython(env), partial, env);
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

async function install(python: string, into: string, env: NodeJS.ProcessEnv): Promise<void> {
  const made = await run(python, ['-m', 'venv', into], { env });
  if (made.code !== 0) {
    throw new VenvMissing(
      `${python} cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv. It said:\n${lastLines(made.text, 5)}`,
    );
  }
  const flags = ['--no-input', '--no-deps', '--disable-pip-version-check', '--timeout', '20', '--retries', '2'];
  const args = ['-m', 'pip', 'install', ...flags, '--requirement', REQUIREMENTS];
  const installed = await run(join(into, 'bin', 'python'), args, { env });
  if (installed.code === 0) return;
  const said = lastLines(installed.text, 5);
  if (installed.text.includes('No module named pip')) throw new VenvMissing(`${python} has no pip. It said:\n${said}`);
  throw new EmulatorNotInstalled(
    `pip could not install ministack ${ministackVersion()}. Does the package index answer? It said:\n${said}`,
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
    `The emulator needs Python ${OLDEST.major}.${OLDEST.minor} or newer; ${found.length === 0 ? 'there is none on the PATH' : found.join(', ')}. ` +
      'Install one, name it in PYTHON, or set AWS_ENDPOINT_URL to an emulator that runs.',
  );
}
