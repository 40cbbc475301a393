import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { allowScripts } from '../../../package.json';
import lock from '../../../package-lock.json';

interface LockedPackage {
  readonly hasInstallScript?: boolean;
  readonly deprecated?: string;
}
const locked = Object.entries(lock.packages as Readonly<Record<string, LockedPackage>>);

it('has an answer for every install script, so that npm asks no question at `npm ci`', () => {
  // The first is the project itself.
  const withScript = locked
    .filter(([path, { hasInstallScript }]) => path !== '' && hasInstallScript)
    .map(([path]) => nameOf(path));
  expect(withScript.filter((name) => !(name in allowScripts))).toEqual([]);
});

/**
 * It would download 300 MB of CUDA files on Linux. npm 11.10 and newer do not run it because of `allowScripts`, older
 * ones because the lock file says that there is none. A setting in .npmrc would do, too, but npm warns of it at every
 * command.
 */
it('never runs the install script of onnxruntime-node', () => {
  expect(allowScripts['onnxruntime-node']).toBe(false);
  expect(lock.packages['node_modules/onnxruntime-node']).not.toHaveProperty('hasInstallScript');
  expect(existsSync(resolve('.npmrc'))).toBe(false);
});

it('installs no package that its authors have deprecated', () => {
  expect(locked.filter(([, { deprecated }]) => deprecated !== undefined).map(([path]) => path)).toEqual([]);
});

const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');
