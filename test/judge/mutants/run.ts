import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { build } from 'esbuild';
import { simulated } from '../canary';
import { settings } from '../settings';
import { evidenceOf, traces } from '../trace';
import vectors from '../vectors.json';
import type { firstBroken as FirstBroken } from './checks';
import type { Given } from './class-checks';
import { MUTANTS, type Mutant } from './mutants';

/** Prints as JSON, for the judge as it is and for each mutant, which check caught it. Run by the test beside it. */

const DOMAIN = join(__dirname, '../../../lambdas/domain');

const CHOSEN = /^0(21|23|36|46|52|55|59|64)-/;

const given: Given = {
  settings: { ...settings, minimumMinutes: 60 },
  healthy: simulated({ ratePerMin: 10_000, baselineErrorRate: 0.001 }, 15, 1),
  traces: traces()
    .filter(({ id }) => CHOSEN.test(id))
    .map((trace) => ({
      ...(trace.label === 'bad' && { gate: trace.family === 'drift' ? 'predictions' : trace.family }),
      at: vectors.judge.find((one) => one.trace === `${trace.id}.json`)?.at ?? 0,
      evidence: evidenceOf(trace),
    })),
};

async function caughtBy(mutant?: Mutant): Promise<string | undefined> {
  let applied = false;
  const bundle = await build({
    entryPoints: [join(__dirname, 'checks.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
    plugins: [
      {
        name: 'mutate',
        setup: (esbuild) =>
          esbuild.onLoad({ filter: /lambdas\/domain\/.*\.ts$/ }, ({ path }) => {
            const source = readFileSync(path, 'utf8');
            const meant = mutant !== undefined && path === join(DOMAIN, mutant.file);
            applied ||= meant;
            const contents = meant ? mutated(source, mutant) : source;
            return { contents, loader: 'ts' };
          }),
      },
    ],
  });
  const module = { exports: {} as { firstBroken: typeof FirstBroken } };
  if (mutant !== undefined && !applied)
    throw new Error(`${mutant.file} is no file of the judge: bring the mutant up to date`);
  const wrapped = `(function (module, exports, require) {${bundle.outputFiles[0]?.text ?? ''}\n})`;
  const load = runInThisContext(wrapped) as (at: typeof module, exports: unknown, resolve: unknown) => void;
  load(module, module.exports, require);
  return module.exports.firstBroken(given);
}

function mutated(source: string, { what, file, find, replace }: Mutant): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${file} holds «${find}» ${places} times: bring the mutant up to date (${what})`);
  return source.replace(find, () => replace);
}

async function main(): Promise<void> {
  const results: Record<string, string> = { 'the judge as it is': (await caughtBy()) ?? 'nothing' };
  for (const mutant of MUTANTS) {
    results[mutant.what] = await caughtBy(mutant).then(
      (check) => check ?? 'nothing',
      (error: Error) => `not tried: ${error.message}`,
    );
  }
  process.stdout.write(JSON.stringify(results));
}

void main();
