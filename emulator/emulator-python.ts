import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PythonMissing } from '../tools/python/tool-missing';
import { type Venv, venvPython } from '../tools/python/venv';

const REQUIREMENTS = join(__dirname, 'requirements.txt');

/** The pinned version of MiniStack. */
export function ministackVersion(): string {
  const found = /^ministack==(\S+)$/m.exec(readFileSync(REQUIREMENTS, 'utf8'));
  if (!found) throw new Error(`${REQUIREMENTS} does not name ministack==VERSION`);
  return found[1]!;
}

/**
 * The Python that runs the pinned MiniStack, installed at the first use.
 *
 * @throws {PythonMissing} VenvMissing, PackagesNotInstalled
 */
export async function emulatorPython(options: Pick<Venv, 'cache' | 'env'> = {}): Promise<string> {
  try {
    return await venvPython({ name: `ministack-${ministackVersion()}`, requirements: REQUIREMENTS, ...options });
  } catch (error) {
    if (!(error instanceof PythonMissing)) throw error;
    throw new PythonMissing(`${error.message}; or set AWS_ENDPOINT_URL to an emulator that runs.`);
  }
}
