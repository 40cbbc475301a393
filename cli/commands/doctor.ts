import { defineCommand, type Cli } from '../command';
import { EXIT } from '../exit-codes';
import type { CheckUp } from '../doctor';
import { labelled } from '../render/text';

export const doctor = defineCommand({
  usage: 'doctor',
  describe: 'Look for what goes wrong on day one, and say what to run about it',
  examples: ['greenlight doctor', 'greenlight doctor --json'],
  // It changes nothing, and a recording has no account to look at.
  acts: true,
  builder: (yargs) => yargs,
  run: async (cli, { stack }) => {
    // Late: the SDK takes longer to load than most commands to run.
    const { examine } = await import('../doctor');
    const findings = await examine(cli, stack);
    const toDo = findings.filter(({ state }) => state === 'to do');
    return {
      result: { ok: toDo.length === 0, findings },
      lines: [
        ...findings.flatMap((one) => linesOf(cli, one)),
        toDo.length === 0 ? 'Nothing to do.' : `${toDo.length} to do.`,
      ],
      ...(toDo.length > 0 && { exitCode: EXIT.refused }),
    };
  },
});

const CHECK_WIDTH = 15;

function linesOf({ columns, paint, spell }: Cli, { check, state, says, commands }: CheckUp): readonly string[] {
  const mark = state === 'ok' ? paint.good('ok   ') : paint.bad('to do');
  const [first = '', ...more] = labelled(check, says, Math.min(columns, 100) - 6, CHECK_WIDTH);
  return [
    `${mark}${first}`,
    ...more.map((line) => `     ${line}`),
    ...commands.map((command) => {
      const own = command.startsWith('greenlight ') ? `npx ${spell(command) ?? command}` : command;
      return `${' '.repeat(CHECK_WIDTH + 9)}${paint.bold(own)}`;
    }),
  ];
}
