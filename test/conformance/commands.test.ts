import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIFFERENCES } from './differences';
import { FACTS } from './facts';
import { EXPECTATIONS } from './topics';

const ROOT = join(__dirname, '..', '..');

/** Commands that a text imports from the SDK, `UpdateAlias` for `UpdateAliasCommand`; a paginator sends its own. */
function commandsIn(text: string): readonly string[] {
  const imports = [...text.matchAll(/import\s*\{([^}]*)\}\s*from '@aws-sdk\/[^']+'/g)];
  return imports.flatMap(([, names = '']) =>
    names
      .split(',')
      .map((name) => /^(?:paginate(\w+)|(\w+)Command)(?: as \w+)?$/.exec(name.trim()))
      .flatMap((match) => match?.[1] ?? match?.[2] ?? []),
  );
}

const sources = ['lambdas', 'lib'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file)),
);
const senders = sources.map((file) => ({ file, commands: commandsIn(readFileSync(join(ROOT, file), 'utf8')) }));
const sent = [...new Set(senders.flatMap(({ commands }) => commands))].sort();

describe('the expectations', () => {
  it('name every command that the sources send', () => {
    const covered = new Set(EXPECTATIONS.flatMap(({ covers }) => covers));
    const bare = sent.filter((command) => !covered.has(command));
    const from = (command: string) => senders.filter(({ commands }) => commands.includes(command));
    expect(
      bare.map(
        (command) =>
          `${command}: ${from(command)
            .map(({ file }) => file)
            .join(', ')}`,
      ),
    ).toEqual([]);
    expect(sent).toEqual(expect.arrayContaining(['UpdateAlias', 'Put', 'ListObjectVersions', 'GetMetricData']));
  });

  it('have names of their own', () => {
    const names = EXPECTATIONS.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('use every fact, and every known difference names one of them', () => {
    const used = new Set(EXPECTATIONS.map(({ fact }) => fact));
    expect(Object.keys(FACTS).filter((id) => !used.has(id as keyof typeof FACTS))).toEqual([]);
    const names = new Set(EXPECTATIONS.map(({ name }) => name));
    expect(DIFFERENCES.map((row) => row.expectation).filter((name) => !names.has(name))).toEqual([]);
  });
});

it.each([
  [`import { GetAliasCommand, type LambdaClient } from '@aws-sdk/client-lambda';`, ['GetAlias']],
  [`import {\n  type ListObjectVersionsCommandOutput,\n  GetCommand as Read,\n} from '@aws-sdk/client-s3';`, ['Get']],
  [`import { paginateQuery } from '@aws-sdk/lib-dynamodb';`, ['Query']],
  [`import { GetAliasCommand } from './elsewhere';`, []],
])('finds the commands in %j', (text, commands) => {
  expect(commandsIn(text)).toEqual(commands);
});
