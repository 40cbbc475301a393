import { GROUPS } from './commands/index';
import { wrapped } from './render/text';

/** Commands with a command line of their own, which need no app; `main.ts` runs them. */
export const ON_THIS_MACHINE = [
  {
    usage: 'rehearse A.onnx B.onnx',
    describe: 'Roll one model out beside another on this machine, before anything is uploaded',
  },
  {
    usage: 'replay PATH...',
    describe: 'Judge recorded canaries again, also with other settings',
  },
  {
    usage: 'golden from-csv DATA.csv',
    describe: 'Write a golden set from a table: columns to inputs, one is the label',
  },
] as const;

const COMPLETION = {
  usage: 'completion',
  describe: 'Print a script that completes commands and options in bash or zsh',
};

const EXAMPLES = [
  ["greenlight upload v2.onnx --reason 'retrain week 47'", 'starts a rollout'],
  ['greenlight status --watch', 'follows it to its end'],
  ['greenlight explain', 'why it waits, why it was stopped'],
  ['greenlight abort', 'and waits until blue alone is back'],
  ['greenlight status --demo out/rehearse', 'looks at what a rehearsal left'],
] as const;

/** The help of the program: what there is, in groups, and lines to copy. `options` are those of every command. */
export function programHelp(options: string, columns: number): string {
  const groups = [...GROUPS, { title: 'On this machine, without an app', commands: [...ON_THIS_MACHINE, COMPLETION] }];
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map(({ usage }) => usage.length))) + 15;
  const rows = (left: string, says: string, leftWidth: number): readonly string[] => {
    const [first = '', ...more] = wrapped(says, columns - leftWidth - 2);
    return [`  ${left.padEnd(leftWidth)}${first}`, ...more.map((line) => `  ${' '.repeat(leftWidth)}${line}`)];
  };
  const exampleWidth = Math.max(...EXAMPLES.map(([command]) => command.length)) + 2;
  return [
    'greenlight <command>',
    '',
    'Rollouts of models: start, watch, understand, approve, stop, go back.',
    ...groups.flatMap(({ title, commands }) => [
      '',
      `${title}:`,
      ...commands.flatMap(({ usage, describe }) => rows(`greenlight ${usage}`, describe, width)),
    ]),
    '',
    'Examples:',
    ...EXAMPLES.flatMap(([command, says]) => rows(command, says, exampleWidth)),
    '',
    options,
    '',
    ...wrapped(
      'greenlight <command> --help has the options and examples of one. All of it: docs/guides/cli.md.',
      columns,
    ),
  ].join('\n');
}
