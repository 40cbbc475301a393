import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseDemoOptions } from '../../../cli/demo/options';
import { AppUnknown } from '../../../cli/failure';
import { runGolden } from '../../../cli/golden/run-golden';
import { parsePlanArguments } from '../../../cli/plan/arguments';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';
import { parseReplayArguments } from '../../../cli/replay/arguments';
import { runCli } from '../../../cli/run-cli';
import { scripts } from '../../../package.json';
import { ArgumentsInvalid } from '../../../tools/arguments-invalid';
import { systemClock } from '../../../lambdas/adapters/sdk/context';
import { markdownFiles, page, ROOT } from './markdown-files';
import { commandsIn, shellBlocks } from './shell-commands';

/*
 * What a page tells people to type: read by a shell, and then by the command line that it is for, up to where an app,
 * or a file of the reader's own, would be needed. `npm run test:clients` runs those that need neither.
 */

/** A file of the reader's own is not there; one of the project's must be. */
const isOfReader = (message: string): boolean =>
  message.split('\n  - ').every((problem) => {
    const [, path] = /(\S+)(?:: there is no such file|; it takes the file of a model)/.exec(problem) ?? [];
    return problem.trim() === '' || (path !== undefined && !/^(examples|test|docs)\//.test(path));
  });

/** What is wrong with the words behind `greenlight`; nothing where only an app is missing. */
async function wrongWith(argv: readonly string[]): Promise<string | undefined> {
  const errors: string[] = [];
  // What a plan from numbers finds is not of interest here.
  const plan = argv.some((word) => word === '--rpm' || word === '--trace') ? parsePlanArguments : undefined;
  const own = { rehearse: parseRehearsalArguments, replay: parseReplayArguments, golden, plan }[argv[0] ?? ''];
  if (own) return wrong(() => own(argv.slice(1)));
  const code = await runCli([...argv], {
    ...{
      out: (text) => void errors.push(text),
      err: (text) => void errors.push(text),
      env: {},
      columns: 200,
      rows: 50,
      clock: systemClock,
      user: 'reader',
    },
    ...{
      isTerminal: false,
      errIsTerminal: false,
      onInterrupt: () => {},
      ask: undefined,
      openFile: () => Promise.resolve(),
    },
    findApp: () => Promise.reject(new AppUnknown('there is no app', [])),
    findAccount: () => Promise.reject(new AppUnknown('there is no app', [])),
  });
  const said = errors.join(' ');
  return code !== 2 || isOfReader(said) ? undefined : said;
}

/** It would write a file; of a table that is there only its arguments are of interest. */
function golden(argv: readonly string[]): void {
  const errors: string[] = [];
  if (runGolden(argv, { out: () => {}, err: (text) => void errors.push(text) }) !== 0)
    throw new ArgumentsInvalid(errors.join(' '));
}

function wrong(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (!(error instanceof ArgumentsInvalid)) throw error;
    return isOfReader(error.message) ? undefined : error.message;
  }
}

const OF_SCRIPTS: Readonly<Record<string, (argv: readonly string[]) => unknown>> = {
  rehearse: parseRehearsalArguments,
  plan: parsePlanArguments,
  demo: parseDemoOptions,
};

/** Of S3's own commands and of the CLI's; others are operations of the SDK. */
const OF_AWS = ['s3 cp', 's3 ls', 's3 rm', 's3 sync', 'configure sso', 'sso login', 'configure export-credentials'];
const CLIENTS: Readonly<Record<string, string>> = { stepfunctions: 'sfn', events: 'eventbridge', s3api: 's3' };

function operationOf([service = '', operation = '']: readonly string[]): string | undefined {
  if (OF_AWS.includes(`${service} ${operation}`)) return undefined;
  const name = operation.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
  const file = join(
    ROOT,
    'node_modules/@aws-sdk',
    `client-${CLIENTS[service] ?? service}`,
    'dist-types/commands',
    `${name}Command.d.ts`,
  );
  // A service whose SDK the project does not use has words of letters and dashes, at least.
  const known = existsSync(join(file, '../..'));
  return existsSync(file) || (!known && /^[a-z-]+$/.test(operation))
    ? undefined
    : `${service} has no operation ${operation}`;
}

const CDK = ['bootstrap', 'deploy', 'destroy', 'diff', 'synth', 'import', 'ls', 'list'];

async function problemOf([program = '', ...argv]: readonly string[]): Promise<string | undefined> {
  const behind = (name: string): readonly string[] => argv.slice(argv.indexOf(name) + 1);
  if (program === 'greenlight') return wrongWith(argv);
  if (program === 'aws')
    return operationOf(
      argv.filter((word, at) => !/^--/.test(word) && !/^--(profile|region)$/.test(argv[at - 1] ?? '')),
    );
  if (program === 'npx') {
    if (argv[0] === 'greenlight') return wrongWith(behind('greenlight'));
    if (argv[0] === 'cdk') return CDK.includes(argv[1] ?? '') ? undefined : `cdk has no command ${argv[1]}`;
    return argv[0] === 'tsx' && !existsSync(join(ROOT, argv[1] ?? '')) ? `there is no ${argv[1]}` : undefined;
  }
  if (program !== 'npm' || argv[0] !== 'run') return undefined;
  const [script = '', ...words] = argv.slice(1).filter((word) => !['-s', '--silent', '--'].includes(word));
  if (!Object.keys(scripts).includes(script)) return `there is no script ${script}`;
  if (script === 'greenlight') return wrongWith(words);
  const parse = OF_SCRIPTS[script];
  return parse && wrong(() => parse(words));
}

const PAGES = [
  ...markdownFiles()
    .filter(({ path }) => path !== 'CHANGELOG.md')
    .map(({ path, text }) => ({ path, blocks: shellBlocks(text) })),
  ...['github-actions.yml', 'gitlab-ci.yml'].map((file) => ({
    path: `examples/ci/${file}`,
    blocks: scriptsOf(page(`examples/ci/${file}`)),
  })),
].filter(({ blocks }) => blocks.length > 0);

/**
 * The shell lines of a pipeline: `run: …`, `run: |` with lines below, and list items of `script`, `before_script` and
 * `after_script`.
 */
function scriptsOf(yaml: string): readonly string[] {
  const runs = [...yaml.matchAll(/^( *)(?:- )?run: (?:\|\n((?:\1 +.*\n|\n)+)|(.*)\n)/gm)].map(
    ([, , below, one]) => below ?? one ?? '',
  );
  const items = [...yaml.matchAll(/^ *(?:before_|after_)?script:\n((?: +(?:- |#|").*\n)+)/gm)].flatMap(
    ([, list = '']) => list.split('\n').flatMap((line) => /^ +- (?!>-)(.*)$/.exec(line)?.[1] ?? []),
  );
  return [...runs, ...items];
}

it('finds the commands of every guide', () => {
  expect(PAGES.filter(({ path }) => path.startsWith('docs/guides/')).length).toBeGreaterThan(15);
  expect(PAGES.flatMap(({ path, blocks }) => (path.startsWith('examples/ci/') ? blocks : [])).join('\n')).toMatch(
    /greenlight upload[\s\S]*greenlight upload/,
  );
});

it.each(PAGES)('$path tells people to type what is understood', async ({ blocks }) => {
  const problems: string[] = [];
  for (const block of blocks)
    for (const command of commandsIn(block)) {
      const problem = await problemOf(command);
      if (problem !== undefined) problems.push(`${command.join(' ')}: ${problem}`);
    }
  expect(problems).toEqual([]);
});

it.each([
  ['greenlight upload v2.onnx --endpont digits', /Unknown argument/],
  ['npx greenlight stat', /did you mean status/],
  ['npm run rehearse -- a.onnx b.onnx --rpm fast', /--rpm fast/],
  ['npm run rehearse -- examples/none.onnx b.onnx', /there is no such file/],
  ['npm run plann', /there is no script/],
  ['npm run plan -- --rpm x', /rpm/],
  ['aws stepfunctions start-executions', /no operation/],
  ['npx cdk deplay', /no command/],
])('notices that "%s" is wrong', async (block, said) => {
  const [command] = commandsIn(block);
  expect(await problemOf(command!)).toMatch(said);
});

it('reads a block as a shell does', () => {
  expect(commandsIn(`A=1; one "two three" \\\n  --four=$A | five 'six'  # no seven\n(.venv/bin/python x.py)`)).toEqual(
    expect.arrayContaining([
      ['one', 'two three', '--four=1'],
      ['five', 'six'],
      ['python', 'x.py'],
    ]),
  );
  expect(() => commandsIn('if one; then')).toThrow(/syntax error/);
});
