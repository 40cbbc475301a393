import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type BenchArguments, HELP, parseBenchArguments } from './arguments';
import { refused } from '../../../tools/arguments-invalid';
import { ENTRIES } from './judges/all';
import { oneLook } from './judges/one-look';
import { plots } from './report/plots';
import { reportOf } from './report/report';
import { tables } from './report/tables';
import { timeLooks } from './run/look-time';
import { openPool } from './run/pool';
import { worldTables } from './world/world-tables';
import { runCells } from './run/run-cells';

void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  try {
    const options = parseBenchArguments(argv, availableParallelism());
    if (options === 'help') console.log(HELP);
    else await bench(options);
  } catch (error) {
    process.exitCode = refused(error, console.error);
  }
}

async function bench({ size, seed, workers, out, json }: BenchArguments): Promise<void> {
  const started = Date.now();
  // Before the workers start, which would take its processor away.
  const look = timeLooks(oneLook().look);
  const pool = openPool(workers, seed);
  const results = await runCells(size, pool.lanes, progress).finally(pool.close);
  const report = reportOf(results, ENTRIES, size, seed, look);
  const markdown = `${tables(report)}\n${worldTables(size, seed)}`;
  mkdirSync(out, { recursive: true });
  const text = JSON.stringify(report, null, 2);
  writeFileSync(join(out, 'results.json'), `${text}\n`);
  writeFileSync(join(out, 'tables.md'), markdown);
  for (const { file, svg } of await plots(report)) writeFileSync(join(out, file), svg);
  console.log(json ? text : markdown);
  console.error(`${out}: results.json, tables.md and plots, after ${Math.round((Date.now() - started) / 1000)} s`);
}

/** One line that overwrites itself, and only on a terminal. */
function progress(done: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${Math.floor(100 * done)} %${done === 1 ? '\n' : ''}`);
}
