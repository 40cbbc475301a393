import type { CliApp } from '../../cli/app/cli-app';
import { AppUnknown } from '../../cli/failure';
import { Scene } from '../scenarios/harness';
import { greenlight, greenlightJson } from './cli-on-scene';

const scenes = new Map<string, Scene>();
/** One world for all: nothing here may change anything. */
async function idle(): Promise<Scene> {
  const known = scenes.get('idle') ?? (await Scene.open());
  scenes.set('idle', known);
  return known;
}

const WRONG: readonly [string, string][] = [
  ['', 'name a command'],
  ['frobnicate', 'Unknown command: frobnicate'],
  ['statsu', 'Unknown command: statsu; did you mean status?'],
  ['stat', 'did you mean status?'],
  ['promte', 'did you mean promote?'],
  ['re', 'did you mean report, reject, resume, rehearse or replay?'],
  ['status a b', 'Unknown'],
  ['status --watc', 'Unknown argument: watc; did you mean --watch?'],
  ['status --watch --interval 0', '--interval: must be a number from 1 to 600; got "0"'],
  ['status --watch --timeout 9e9', '--timeout: must be a number from 1 to 86400; got "9e9"'],
  ['history --limit 101', '--limit: must be a number from 1 to 100; got "101"'],
  ['history --limit x', 'got "x"'],
  ['promote', 'Missing required argument: reason'],
  ['promote digits', 'Missing required argument: reason'],
  ['approve --reason', 'Not enough arguments following: reason'],
  ['start --strategy Fast', '--strategy: must be one of AllAtOnce, Canary10Percent5Minutes'],
  ['start --strategy {"steps":[]}', '--strategy'],
  ['start --strategy {"steps":', '--strategy: must be a preset\'s name or JSON; got "{"steps":"'],
  ['start --strategy {"steps":[{"weight":200,"bakeMinutes":5}]}', '<=99; got 200'],
  ['start --model http://x', 'model: must be s3://'],
  ['start digits --model http://x', 'model: must be s3://'],
  [`start --reason ${'x'.repeat(1001)}`, 'reason: Too big: expected string to have <=1000 characters'],
  [`start --by ${'x'.repeat(201)}`, 'by: Too big: expected string to have <=200 characters'],
  ['rollback --to seven', 'to: must be a version number such as "7"; got "seven"'],
  ['postpone', 'name one of --hours, --until and --lift; 0 were given'],
  ['postpone --hours 1 --lift', '2 were given'],
  ['postpone --hours 721', '--hours: must be a number from 1 to 720; got "721"'],
  ['postpone --until tomorrow', '--until: must be a time in UTC such as 2026-12-01T08:00:00Z; got "tomorrow"'],
  ['upload', 'Not enough non-option arguments'],
  ['upload /no/such/file.onnx', 'FILE: there is no /no/such/file.onnx'],
];

it.each(WRONG)('refuses "greenlight %s" with 2, and names what is wrong', async (argv, said) => {
  const { code, out, err } = await greenlight(await idle(), argv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(said);
  expect(err).toMatch(/npx greenlight( \w+)? --help\n$/);
  expect(err).not.toMatch(/\n +at /);
});

it('answers a mistake in JSON too, and then only there', async () => {
  const { error, exitCode, command, result } = await greenlightJson(await idle(), 'history --limit 0');
  expect([exitCode, command, result]).toEqual([2, 'history', null]);
  expect(error).toEqual({
    name: 'UsageError',
    message: '--limit: must be a number from 1 to 100; got "0"',
    next: [{ what: 'See the options', command: 'greenlight history --help' }],
  });
});

it('helps with every command, on standard output', async () => {
  const { code, out, err } = await greenlight(await idle(), '--help');
  expect([code, err]).toEqual([0, '']);
  const names = [...out.matchAll(/^ {2}greenlight (\w+)/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThanOrEqual(14);
  // A command line of its own has its own help.
  for (const name of names.filter((one) => !['rehearse', 'replay', 'golden'].includes(one!))) {
    const help = await greenlight(await idle(), `${name} --help`);
    expect([help.code, help.err]).toEqual([0, '']);
    expect(help.out).toContain(`greenlight ${name}`);
    expect(help.out).toMatch(/^ +--help /m);
    expect(help.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }
});

it('names the own options of a command before those of every command', async () => {
  const scene = await idle();
  for (const command of ['upload', 'drill', 'report', 'infer', 'traffic', 'rollback']) {
    const { out } = await greenlight(scene, `${command} --help`);
    const headings = out.split('\n').filter((line) => /^[A-Z].*:$/.test(line));
    expect([command, ...headings]).toEqual([
      command,
      ...['Positionals:', 'Options:', 'Options of every command:', 'Examples:'],
    ]);
  }
});

it('has commands in groups, and examples that can be copied, at every width', async () => {
  for (const columns of [60, 80, 200]) {
    const { out } = await greenlight(await idle(), '--help', { columns });
    for (const group of [
      'Roll out:',
      'See what is so, and why:',
      'Decide, stop, go back:',
      'Examples:',
      'On this machine',
    ])
      expect(out).toMatch(new RegExp(`^${group}`, 'm'));
    expect(out).toContain('greenlight rehearse A.onnx B.onnx');
    const long = out.split('\n').filter((line) => line.length > columns && !line.includes('docs/guides/cli.md'));
    expect(columns === 60 ? [] : long).toEqual([]);
  }
  const { out } = await greenlight(await idle(), 'upload --help');
  expect(out).toMatch(/Examples:\n +greenlight upload v2\.onnx --reason 'retrain week 47'/);
});

it('suggests nothing where nothing is near', async () => {
  const { err } = await greenlight(await idle(), 'frobnicate');
  expect(err).not.toContain('did you mean');
});

it('prints a script for completion, and completes commands and options', async () => {
  const script = (await greenlight(await idle(), 'completion')).out;
  expect(script).toMatch(/^greenlight\(\) \{ ('?).*\/greenlight\.mjs\1 "\$@"; \}\n/);
  expect(script).toContain('complete -o bashdefault');
  const words = (await greenlight(await idle(), '--get-yargs-completions greenlight re')).out.split('\n');
  expect(words.map((word) => word.split(':')[0])).toEqual(expect.arrayContaining(['reject', 'report']));
  const options = (await greenlight(await idle(), '--get-yargs-completions greenlight abort --re')).out;
  expect(options).toContain('--reason');
});

it('says which endpoints there are when one is named that is not', async () => {
  const { code, err } = await greenlight(await idle(), 'status missing');
  expect(code).toBe(3);
  expect(err).toContain('UnknownEndpoint: endpoint: there is none called "missing"; there are digits');
});

const named = (name: string, message = 'said by AWS') => Object.assign(new Error(message), { name });
const FROM_AWS: readonly [Error, string, number][] = [
  [named('CredentialsProviderError'), 'NoCredentials', 3],
  [named('ExpiredTokenException'), 'NoCredentials', 3],
  [named('Error', 'Region is missing'), 'NoRegion', 3],
  [Object.assign(named('Error', 'connect'), { code: 'ECONNREFUSED' }), 'Unreachable', 3],
  [named('TimeoutError'), 'Unreachable', 3],
  [named('AccessDeniedException'), 'AccessDenied', 1],
  [named('AccessDenied'), 'AccessDenied', 1],
  [named('ResourceNotFoundException'), 'AppUnknown', 3],
  [named('InternalServerError'), 'InternalServerError', 1],
  [new AppUnknown('stack Other: there is none', [{ what: 'Name the stack' }]), 'AppUnknown', 3],
  [new TypeError('x is undefined'), 'TypeError', 1],
];

it.each(FROM_AWS)('tells a person what %s means', async (thrown, name, code) => {
  const findApp = async (): Promise<CliApp> => Promise.reject(thrown);
  const { code: exit, err, out } = await greenlight(await idle(), 'status', { findApp });
  expect([exit, out]).toEqual([code, '']);
  expect(err).toMatch(new RegExp(`^greenlight status: ${name}: `));
  expect(err.split('\n').length).toBeGreaterThanOrEqual(3);
  expect(err).not.toMatch(/\n +at /);
});

it('names the command wherever it stands among the options, also in JSON', async () => {
  const findApp = async (): Promise<CliApp> => Promise.reject(new Error('Region is missing'));
  const { err } = await greenlight(await idle(), '--stack Other status', { findApp });
  expect(err).toMatch(/^greenlight status: NoRegion: /);
  const { out } = await greenlight(await idle(), '--stack Other status --json=true', { findApp });
  expect(JSON.parse(out)).toMatchObject({ command: 'status', error: { name: 'NoRegion' } });
});

it('wraps an error for a terminal alone, and colours it where errors are read', async () => {
  const findApp = async (): Promise<CliApp> => Promise.reject(named('Error', 'word '.repeat(60)));
  const inFile = await greenlight(await idle(), 'status', { findApp, isTerminal: true });
  expect(inFile.err.split('\n')[0]!.length).toBeGreaterThan(300);
  expect(inFile.err).not.toContain('\u001b');
  const onScreen = await greenlight(await idle(), 'status', { findApp, errIsTerminal: true, columns: 70 });
  expect(onScreen.err).toContain('\u001b[31mUnexpected\u001b[39m');
  expect(onScreen.err.split('\n').filter((line) => line.replace(/\u001b\[\d+m/g, '').length > 70)).toEqual([]);
});

it('writes the stack of an error only on request', async () => {
  const findApp = async (): Promise<CliApp> => Promise.reject(new TypeError('x is undefined'));
  const { err } = await greenlight(await idle(), 'status', { findApp, env: { GREENLIGHT_DEBUG: '1' } });
  expect(err).toMatch(/\n +at /);
});

it('lets no text from outside steer the terminal', async () => {
  const findApp = async (): Promise<CliApp> => Promise.reject(new Error('a\u001b[2Jb\nnpx greenlight abort'));
  const { err } = await greenlight(await idle(), 'status', { findApp });
  expect(err.split('\n')[0]).toBe('greenlight status: Unexpected: a\\u001b[2Jb\\nnpx greenlight abort');
});
