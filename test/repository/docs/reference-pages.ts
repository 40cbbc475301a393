import { COMMANDS } from '../../../cli/commands';
import { EXIT } from '../../../cli/exit-codes';
import { runCli } from '../../../cli/run-cli';
import { ERROR_NAMES } from '../../../lambdas/contract/errors';
import { executionInputSchema } from '../../../lambdas/contract/execution-input';
import { OUTCOMES } from '../../../lambdas/domain/rollout';
import { plannedMinutes, STRATEGY_PRESET_NAMES, strategySteps } from '../../../lambdas/domain/strategy';
import { hooksPage, hooksSchema } from './hooks-page';
import { settingRows } from './setting-rows';
import { ERROR_WORDS, INPUT_WORDS, OUTCOME_WORDS, STRATEGY_WORDS } from './input-words';
import { SETTING_GROUPS } from './words';

/** Pages of docs/reference that are made of the code and of `words.ts`; `npm run docs` writes them. */
export const REFERENCE_PAGES: Readonly<Record<string, () => Promise<string>>> = {
  'settings.md': async () => settingsPage(),
  'rollouts.md': async () => rolloutsPage(),
  'commands.md': commandsPage,
  'hooks.md': async () => hooksPage(GENERATED),
  'hooks.schema.json': async () => hooksSchema(),
};

const GENERATED = '<!-- Written by `npm run docs`: change the code, or test/repository/docs/words.ts. -->';

/** As prettier aligns it. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => [...(row[column] ?? '')].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const code = (text: string): string => `\`${text}\``;

function settingsPage(): string {
  const known = new Map(settingRows().map((row) => [row.name, row]));
  const sections = SETTING_GROUPS.map(({ title, intro, settings }) => {
    const rows = Object.entries(settings).map(([name, { meaning, limit }]) => {
      const row = known.get(name);
      if (row === undefined)
        throw new Error(`test/repository/docs/words.ts has a setting "${name}" that the schema has not`);
      known.delete(name);
      const found = row.limit ?? limit;
      if (found === undefined) throw new Error(`test/repository/docs/words.ts says no limit of the setting "${name}"`);
      return [code(name), row.default, found, meaning];
    });
    return [
      `## ${title}`,
      ...(intro === '' ? [] : [intro]),
      markdownTable(['setting', 'default', 'limit', 'meaning'], rows),
    ];
  });
  if (known.size > 0) throw new Error(`test/repository/docs/words.ts says nothing of ${[...known.keys()].join(', ')}`);
  return (
    [
      '# Settings',
      GENERATED,
      'An endpoint is an object in `bin/endpoints.ts`; only `name` is required. `npm run synth` lists every ' +
        'problem without an account. A deploy with changed settings starts a rollout of the live model.',
      ...sections.flat(),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

function rolloutsPage(): string {
  const input = Object.keys(executionInputSchema.shape).map((key) => {
    const words = INPUT_WORDS[key];
    if (words === undefined)
      throw new Error(`test/repository/docs/input-words.ts says nothing of the input's key "${key}"`);
    return [code(key), words.default, words.meaning];
  });
  const strategies = STRATEGY_PRESET_NAMES.map((name) => [
    code(name),
    STRATEGY_WORDS[name],
    String(plannedMinutes(strategySteps(name))),
  ]);
  const outcomes = OUTCOMES.map((outcome) => [
    code(outcome),
    OUTCOME_WORDS[outcome].end,
    OUTCOME_WORDS[outcome].inService,
  ]);
  const errors = ERROR_NAMES.map((name) => [
    `[${code(name)}](../guides/operations.md#${name.toLowerCase()})`,
    ERROR_WORDS[name],
  ]);
  return (
    [
      '# Rollouts: input, outcomes, errors',
      GENERATED,
      '## Input',
      'The input of an execution. Unknown keys are refused by name. `{}` rolls out the newest model of the only ' +
        'endpoint.',
      markdownTable(['key', 'default', 'meaning'], input),
      '## Strategies',
      markdownTable(['strategy', 'weights', 'planned minutes'], strategies),
      "Planned minutes are minutes of evidence. CloudWatch's numbers settle two minutes after their minute. Each " +
        'weight therefore takes about three minutes more, and the watch after promotion four.',
      '## Outcomes',
      markdownTable(['outcome', 'execution ends in', 'in service'], outcomes),
      '## Errors',
      'A rollout that did not promote fails with one of these errors, and a cause with the number, the ' +
        'comparison and the limit. A rollout that was stopped is recorded as `Stopped`, one that a rollback ' +
        'stopped as `StoppedByRollback`. Any other name is an error of AWS that retries did not cure.',
      markdownTable(['error', 'meaning'], errors),
    ].join('\n\n') + '\n'
  );
}

async function commandsPage(): Promise<string> {
  const names = COMMANDS.map(({ usage }) => usage.split(' ')[0] ?? '');
  const sections: string[] = [];
  for (const name of names) sections.push(`## ${name}`, `\`\`\`text\n${await helpOf(name)}\n\`\`\``);
  return (
    [
      '# Commands',
      GENERATED,
      'What `npx greenlight COMMAND --help` prints. [The guide](../guides/cli.md) has examples, JSON and the ' +
        'rights that each needs.',
      markdownTable(
        ['exit code', 'means'],
        Object.entries(EXIT).map(([means, value]) => [code(String(value)), means]),
      ),
      ...sections,
    ].join('\n\n') + '\n'
  );
}

async function helpOf(name: string): Promise<string> {
  const written: string[] = [];
  await runCli([name, '--help'], {
    out: (text) => written.push(text),
    err: (text) => written.push(text),
    env: {},
    isTerminal: false,
    errIsTerminal: false,
    columns: 100,
    rows: 50,
    clock: { now: () => 0 } as never,
    user: 'you',
    findApp: () => Promise.reject(new Error('a help needs no app')),
    findAccount: () => Promise.reject(new Error('a help needs no account')),
    onInterrupt: () => undefined,
    openFile: () => Promise.resolve(),
    ask: undefined,
  });
  return written.join('\n').trimEnd();
}
