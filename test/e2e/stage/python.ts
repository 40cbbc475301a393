import { join } from 'node:path';
import { PROJECT } from '../../../emulator/paths';
import { run } from '../../../tools/python/run';
import { venvPython } from '../../../tools/python/venv';

const EXAMPLE = join(PROJECT, 'examples', 'python-endpoint');

/** The Python of all examples, which has boto3 as Lambda's runtime does, and the folder of its packages. */
export async function examplePython(): Promise<{ readonly python: string; readonly packages: string }> {
  const requirements = join(PROJECT, 'examples', 'python', 'requirements.txt');
  const python = await venvPython({ name: 'python-examples', requirements });
  // What a function imports is compiled here, once, and not while it starts, for which it has ten seconds.
  const program = 'import boto3, joblib, sklearn.linear_model, site; print(site.getsitepackages()[0])';
  const asked = await run(python, ['-c', program], { env: process.env });
  if (asked.code !== 0) throw new Error(asked.text);
  return { python, packages: asked.text.trim() };
}

/** Trains the example's models into a folder, with a golden set and traffic. */
export async function trainExample(into: string): Promise<void> {
  const { python } = await examplePython();
  const trained = await run(python, ['train.py', into], { env: process.env, cwd: EXAMPLE });
  if (trained.code !== 0) throw new Error(trained.text);
}
