import { COMMANDS } from './commands/index';
import { typed } from './render/text';

const OF_THE_APP = ['--stack', '--region', '--demo'];

/**
 * Commands that are suggested to a person, as they are to be typed for the same app: with the stack, the region or the
 * recording that this command line named. A recording refuses what would change something; that is not suggested.
 */
export function spellingFor(argv: readonly string[]): (command: string) => string | undefined {
  const options = OF_THE_APP.flatMap((option) => optionIn(argv, option));
  const recorded = argv.some((word) => word === '--demo' || word.startsWith('--demo='));
  return (command) => {
    const [, name = ''] = command.split(' ');
    if (recorded && COMMANDS.some(({ usage, acts }) => acts && usage.split(' ')[0] === name)) return undefined;
    const said = options.filter((one) => !command.includes(one.split(/[ =]/)[0] ?? one));
    return [command, ...said].join(' ');
  };
}

/** `--stack Name` as it was typed; nothing where it was not. */
function optionIn(argv: readonly string[], option: string): readonly string[] {
  const at = argv.findIndex((word) => word === option || word.startsWith(`${option}=`));
  const [word, value] = [argv[at], argv[at + 1]];
  if (word === undefined) return [];
  if (word.includes('=') || value === undefined || value.startsWith('-')) return [typed(word)];
  return [`${word} ${typed(value)}`];
}
