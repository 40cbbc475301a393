/*
 * After the install of a package: onnxruntime-node, which `greenlight rehearse` runs models with. It is no dependency of the
 * package, because its own install script would download some hundred megabytes of CUDA files that nothing here loads, from
 * a host that many machines cannot reach. A checkout has it from its lock file, which keeps that script out.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = join(dirname(fileURLToPath(import.meta.url)), '..');
const NAME = 'onnxruntime-node';
const OPTIONS = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--global=false'];

if (!existsSync(join(HERE, 'package-lock.json'))) {
  const { devDependencies } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'));
  const argv = ['install', `${NAME}@${devDependencies[NAME]}`, '--prefix', join(HERE, 'dist'), ...OPTIONS];
  try {
    execFileSync('npm', argv, { cwd: join(HERE, 'dist'), stdio: 'ignore', shell: process.platform === 'win32' });
  } catch {
    const again = `node ${fileURLToPath(import.meta.url)}`;
    console.error(`greenlight: ${NAME} could not be installed, which rehearse alone needs; to try again: ${again}`);
  }
}
