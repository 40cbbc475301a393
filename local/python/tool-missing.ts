/** A program of somebody else that a check needs is not there and cannot be installed; the message says what to do. */
export class ToolMissing extends Error {
  override readonly name = 'ToolMissing';
}
