import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import type * as Synthesise from '../../lib/synthesise';
import type { Template } from '../../simulator/template';

const ROOT = resolve(__dirname, '..', '..');
const KEPT = join(ROOT, 'node_modules', '.cache', 'greenlight', 'templates');
/** All that a template is made of: a change of any byte makes it anew. */
const MADE_OF = ['lib/**/*.ts', 'lambdas/{contract,domain}/**/*.ts', 'cdk.json', 'package-lock.json'];

/**
 * The template of these endpoints, synthesised once for all test files: loading the CDK and synthesising take three
 * seconds, and a hundred files ask.
 */
export function keptTemplate(endpoints: readonly EndpointSettingsInput[]): Template {
  const file = join(KEPT, `${keyOf(endpoints)}.json`);
  const kept = readIfThere(file);
  if (kept !== undefined) return JSON.parse(kept) as Template;
  // Loaded only here: a test that finds the template has no need of the CDK.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { synthTemplate } = require('../../lib/synthesise') as typeof Synthesise;
  const text = JSON.stringify(synthTemplate(endpoints));
  mkdirSync(KEPT, { recursive: true });
  // Another process may write the same one, or read it now: it is there as a whole or not at all.
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
  return JSON.parse(text) as Template;
}

let sources: string | undefined;

function keyOf(endpoints: readonly EndpointSettingsInput[]): string {
  sources ??= MADE_OF.flatMap((pattern) => globSync(pattern, { cwd: ROOT }).sort())
    .map((path) => `${path}\n${readFileSync(join(ROOT, path), 'utf8')}`)
    .join('\n');
  return createHash('sha256').update(sources).update(JSON.stringify(endpoints)).digest('hex');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
