import { join } from 'node:path';
import { PROJECT } from '../../../emulator/paths';
import { run } from '../../../tools/python/run';
import { venvPython } from '../../../tools/python/venv';

const EXAMPLE = join(PROJECT, 'examples', 'python-endpoint');

/** The Python of examples/python-endpoint, and the folder of its packages. */
export async function examplePython(): Promise<{ readonly python: string; readonly packages: string }> {
  const requirements = join(PROJECT, 'test', 'clients', 'python', 'requirements.txt');
  const python = await venvPython({ name: 'python-endpoint', requirements });
  const asked = await run(python, ['-c', 'import site; print(site.getsitepackages()[0])'], { env: process.env });
  return { python, packages: asked.text.trim() };
}

/** Trains the example's models into a folder, with a golden set and traffic. */
export async function trainExample(into: string): Promise<void> {
  const { python } = await examplePython();
  const trained = await run(python, ['train.py', into], { env: process.env, cwd: EXAMPLE });
  if (trained.code !== 0) throw new Error(trained.text);
}
