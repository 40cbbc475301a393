import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** A command line says something that cannot be done; the message names the option, the value and the limit. */
export class ArgumentsInvalid extends Error {
  override readonly name = 'ArgumentsInvalid';
}

/** Tells what is wrong with the arguments, a line each, and answers the exit code; any other error is thrown on. */
export function refused(error: unknown, say: (line: string) => void): 2 {
  if (!(error instanceof ArgumentsInvalid)) throw error;
  for (const line of error.message.split('\n')) say(line);
  return 2;
}

/** What options say, by Node's strict parser. @throws ArgumentsInvalid */
export function parsedArguments<const Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: Options,
  allowPositionals = false,
) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals });
  } catch (error) {
    throw new ArgumentsInvalid(`${error instanceof Error ? error.message : String(error)}; see --help`);
  }
}

/** A whole number from `low` to `high` that an option says. @throws ArgumentsInvalid */
export function whole(name: string, text: string, low: number, high: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(value >= low && value <= high))
    throw new ArgumentsInvalid(`--${name} ${text}: must be a whole number from ${low} to ${high}; see --help`);
  return value;
}
