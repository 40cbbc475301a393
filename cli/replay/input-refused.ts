/** The command line, a file or the settings cannot be used; the message names file or option, field, value and limit. */
export class InputRefused extends Error {
  override readonly name = 'InputRefused';
}
