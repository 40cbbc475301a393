/** A command line says something that cannot be done; the message names the option, the value and the limit. */
export class ArgumentsInvalid extends Error {
  override readonly name = 'ArgumentsInvalid';
}
