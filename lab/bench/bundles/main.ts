import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { deployedBundles } from '../../../tools/bundles/deployed-bundles';
import { HELP, parseBundleArguments } from './arguments';
import { refused } from '../../../tools/arguments-invalid';
import { measure } from './measure';
import { bundlesPage } from './page';

void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  try {
    const options = parseBundleArguments(argv);
    if (options === 'help') console.log(HELP);
    else await bench(options);
  } catch (error) {
    process.exitCode = refused(error, console.error);
  }
}

async function bench({ rounds, out }: { readonly rounds: number; readonly out: string }): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-bundles-'));
  try {
    const rows = await measure(deployedBundles(directory), rounds, progress);
    const page = await format(bundlesPage(rows, rounds), { ...(await resolveConfig(__filename)), parser: 'markdown' });
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, page);
    console.log(page);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** One line that overwrites itself, and only on a terminal. */
function progress(done: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${Math.floor(100 * done)} %${done === 1 ? '\n' : ''}`);
}
