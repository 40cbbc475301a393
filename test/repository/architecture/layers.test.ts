import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_NAMES } from '../../../lambdas/contract/errors';
import { HANDLER_NAMES } from '../../../lib/handlers';
import { deployed } from '../../lib/workflow/definition';

const ROOT = join(__dirname, '..', '..', '..');
const files = ['bin', 'lib', 'lambdas', 'cli', 'simulator', 'emulator', 'lab', 'tools', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const under = (folder: string) => files.filter((file) => file.startsWith(`${folder}/`));

it('keeps every file to at most 300 lines', () => {
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => textOf(file).trimEnd().split('\n').length > 300)).toEqual([]);
});

it('keeps handlers to wiring: at most 25 lines', () => {
  const handlers = under('lambdas/handlers').filter((file) => !file.includes('/wiring/'));
  expect(handlers.length).toBeGreaterThanOrEqual(16);
  expect(handlers.filter((file) => textOf(file).trim().split('\n').length > 25)).toEqual([]);
});

it('has one handler for each row of the table, which says its name', () => {
  const handlers = under('lambdas/handlers').filter((file) => !file.includes('/wiring/'));
  expect(handlers.map((file) => file.slice('lambdas/handlers/'.length, -'.ts'.length)).sort()).toEqual(
    [...HANDLER_NAMES].sort(),
  );
  for (const name of HANDLER_NAMES)
    expect(textOf(`lambdas/handlers/${name}.ts`)).toMatch(new RegExp(`(lambdaHandler|onLambda)\\(\\s*'${name}'`));
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

it('gives each exported type one meaning: no other file declares its name, not even for itself', () => {
  const exported = new Set<string>();
  const places = new Map<string, string[]>();
  for (const file of files.filter((path) => !path.startsWith('test/')))
    for (const [, out, name = ''] of textOf(file).matchAll(
      /^ *(export )?(?:abstract )?(?:interface|type|class) ([A-Z]\w*)(?= *[<={]| extends| implements)/gm,
    )) {
      if (out !== undefined) exported.add(name);
      places.set(name, [...(places.get(name) ?? []), file]);
    }
  expect(exported.size).toBeGreaterThan(300);
  expect([...places].filter(([name, declared]) => exported.has(name) && declared.length > 1)).toEqual([]);
});

it('packs no line to fit a limit: the formatter has the last word outside tables of tests', () => {
  const packed = files.filter((file) => !file.startsWith('test/') && textOf(file).includes('prettier-ignore'));
  expect(packed).toEqual([]);
});
