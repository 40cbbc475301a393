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
