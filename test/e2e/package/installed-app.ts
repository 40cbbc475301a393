import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { devDependencies } from '../../../package.json';
import { PROJECT } from '../../../emulator/paths';
import { lastLines, type Ran, run as runIn } from '../../../tools/python/run';

/** A folder as people have them: long, with spaces, and letters that are not ASCII. */
const NAME = 'greenlight, installé in an app of a team that likes folders with long names';
const APPS = { typescript: 'typescript-app', javascript: 'javascript-app' } as const;

export interface InstalledApp {
  readonly folder: string;
  /** Runs a program of the app's folder to its end. */
  readonly run: (program: string, ...args: readonly string[]) => Promise<Ran>;
  /** The same, which must succeed; answers what it said. */
  readonly must: (program: string, ...args: readonly string[]) => Promise<string>;
}

const root = mkdtempSync(join(tmpdir(), 'greenlight-package-'));
export const removeApps = (): void => rmSync(root, { recursive: true, force: true });

let packed: Promise<string> | undefined;
/** The tarball that `npm pack` writes, made once. */
export const tarball = (): Promise<string> => (packed ??= pack());

async function pack(): Promise<string> {
  // As one leaves them that is ended half-way.
  for (const left of ['constructs.1', 'cli-0123456789abcdef.1']) {
    mkdirSync(join(PROJECT, 'dist', left), { recursive: true });
    writeFileSync(join(PROJECT, 'dist', left, 'index.js'), '');
  }
  await succeeds('npm', ['pack', '--pack-destination', root], PROJECT);
  const name = readdirSync(root).find((file) => file.endsWith('.tgz'));
  return join(root, name!);
}

/** An empty app with the tarball and what every CDK app has: no checkout, no esbuild. */
export async function installedApp(kind: keyof typeof APPS): Promise<InstalledApp> {
  const file = await tarball();
  const folder = join(root, NAME, APPS[kind]);
  mkdirSync(dirname(folder), { recursive: true });
  cpSync(join(__dirname, APPS[kind]), folder, { recursive: true });
  const { 'aws-cdk-lib': cdk, constructs, typescript } = devDependencies;
  const types = kind === 'typescript' ? { typescript, '@types/node': devDependencies['@types/node'] } : {};
  const manifest = {
    private: true,
    dependencies: { 'aws-cdk-lib': cdk, constructs, greenlight: `file:${file}` },
    devDependencies: types,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await succeeds('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], folder);
  if (existsSync(join(folder, 'node_modules', 'esbuild'))) throw new Error('an app has got esbuild');
  return {
    folder,
    run: (program, ...args) => run(program, args, folder),
    must: (program, ...args) => succeeds(program, args, folder),
  };
}

/**
 * What `npm run` tells its scripts of the project would lead npm and Node.js back there; how to reach the registry
 * would not.
 */
const OF_THE_PROJECT =
  /^(npm_(?!config_(registry|cache|userconfig|(https?_|no)?proxy|cafile|strict_ssl)$)|NODE_(OPTIONS|PATH|ENV)$)/;

/** Runs a program to its end, in an environment that has nothing of the project. */
export function run(program: string, args: readonly string[], cwd: string): Promise<Ran> {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_THE_PROJECT.test(name));
  return runIn(program, args, { env: Object.fromEntries(inherited), cwd });
}

async function succeeds(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, text } = await run(program, args, cwd);
  if (code === 0) return text;
  throw new Error(`${program} ${args.join(' ')} ended with code ${code}. Its last lines:\n${lastLines(text, 30)}`);
}
