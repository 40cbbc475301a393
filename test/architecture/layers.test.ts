import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ERROR_NAMES } from '../../lambdas/contract/errors';
import { deployed } from '../workflow/definition';

const ROOT = join(__dirname, '..', '..');
const files = ['bin', 'lib', 'lambdas', 'cli', 'simulator', 'emulator', 'lab', 'tools', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const under = (folder: string) => files.filter((file) => file.startsWith(`${folder}/`));

/** Imports of a file: packages by name, others by path from the root. */
function importsOf(file: string): readonly string[] {
  const found = [...textOf(file).matchAll(/(?:from|import|require\()\s*'([^']+)'/g)].map(([, from = '']) => from);
  return found.map((from) => (from.startsWith('.') ? relative(ROOT, join(ROOT, file, '..', from)) : from));
}

/** Which layer may import what: paths from the root and packages, by their beginning. */
const MAY_IMPORT: Readonly<Record<string, RegExp>> = {
  'lambdas/domain': /^(lambdas\/domain\/|@stdlib\/|zod$)/,
  // Of Node.js what computes and touches nothing: the names in an environment are compressed.
  'lambdas/contract': /^(lambdas\/(contract|domain)\/|zod$|node:zlib$)/,
  'lambdas/steps': /^(lambdas\/(steps|adapters|contract|domain|report|notices|dashboard)\/|#report$|zod$)/,
  'lambdas/notices': /^lambdas\/(notices|adapters|contract|domain|report\/words)\//,
  'lambdas/report': /^(lambdas\/(report|contract|domain)\/|d3-(array|path)$)/,
  // Of the steps it knows the words of what a person sees, as types.
  'lambdas/dashboard':
    /^(lambdas\/(dashboard|report|contract|domain)\/|lambdas\/steps\/operations\/view$|d3-(array|path)$)/,
  // The model server says itself what it needs of S3.
  'lambdas/adapters':
    /^(lambdas\/(adapters|contract|domain)\/|lambdas\/model-server\/(model-source|capture-sink|feedback\/label-store)$|zod$|node:|@aws-sdk\/|@smithy\/)/,
  'lambdas/handlers': /^(lambdas\/|zod$|@aws-lambda-powertools\/)/,
  lib: /^(zod$|lib\/|cdk\.json|lambdas\/(contract|domain)\/|node:|aws-cdk-lib|constructs|esbuild|cdk-nag)/,
  bin: /^(bin\/|lib\/|lambdas\/contract\/|aws-cdk-lib|cdk-nag)/,
};
it.each(Object.entries(MAY_IMPORT))('%s imports only what lies below it', (folder, allowed) => {
  const wrong = under(folder).flatMap((file) =>
    importsOf(file)
      .filter((from) => !allowed.test(from))
      .map((from) => `${file} imports ${from}`),
  );
  expect(under(folder).length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});

it('keeps every file under 300 lines', () => {
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => textOf(file).split('\n').length > 300)).toEqual([]);
});

it('keeps handlers to wiring: at most 25 lines', () => {
  const handlers = under('lambdas/handlers').filter((file) => !file.includes('/wiring/'));
  expect(handlers.length).toBeGreaterThanOrEqual(16);
  expect(handlers.filter((file) => textOf(file).trim().split('\n').length > 25)).toEqual([]);
});

it('throws or ends with every error that it names', () => {
  const code = [...under('lambdas'), ...under('lib')]
    .filter((file) => file !== 'lambdas/contract/errors.ts')
    .map(textOf)
    .join('\n');
  const raised = (name: string) => new RegExp(`new ${name}\\(|error: [^,\n]*'${name}'`).test(code);
  expect(ERROR_NAMES.filter((name) => !raised(name))).toEqual([]);
});

it('catches every error in every task', () => {
  const tasks = Object.entries(deployed.States).filter(([, { Type }]) => Type === 'Task');
  expect(tasks.length).toBeGreaterThan(10);
  const open = tasks.filter(
    ([, { Catch = [] }]) => !Catch.some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL')),
  );
  expect(open.map(([name]) => name)).toEqual([]);
});
