#!/usr/bin/env node
// `greenlight`: runs the bundle of the command line, on the Node.js that the project brings where this one is older.
import { spawn } from 'node:child_process';
import module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The oldest major version that the AWS SDK supports. */
const OLDEST = 22;

/** Undefined in a package, which brings none: then this one must do. */
function newerNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST) return undefined;
  try {
    return createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    return undefined;
  }
}

const node = newerNode();
if (node === undefined) {
  // What was compiled once is not compiled again; Node.js 20 has no such cache.
  module.enableCompileCache?.();
  const { upToDate } = await import('./bundle.mjs');
  await import(pathToFileURL(join(await upToDate(), 'main.mjs')).href);
} else {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
