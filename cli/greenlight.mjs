#!/usr/bin/env node
// `npx greenlight`: runs the CLI's TypeScript as it is, on the Node.js that the project brings where this one is older.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The oldest major version that the AWS SDK supports. */
const OLDEST = 22;
const require = createRequire(import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= OLDEST) {
  // Once for what is required, once for what is imported later on.
  (await import('tsx/cjs/api')).register();
  (await import('tsx/esm/api')).register();
  require('./main.ts');
} else {
  const node = require.resolve('node/bin/node');
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
