import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ToolMissing } from '../python/tool-missing';
import { venvPython } from '../python/venv';

const execute = promisify(execFile);

/**
 * What a checker in Python prints, which is JSON. It is installed at the first use.
 *
 * @param requirements file of this folder
 * @throws ToolMissing it cannot be installed, or does not end as it should
 */
export async function report(name: string, requirements: string, options: readonly string[]): Promise<unknown> {
  const python = await venvPython({ name, requirements: join(__dirname, requirements) });
  const { stdout } = await execute(python, [join(dirname(python), name), ...options], {
    maxBuffer: 100_000_000,
  }).catch((error: unknown) => {
    throw new ToolMissing(`${name} did not end as it should: ${String(error)}`, { cause: error });
  });
  return JSON.parse(stdout);
}
