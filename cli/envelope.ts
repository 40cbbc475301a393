import type { ExitCode } from './exit-codes';
import type { CommandFailure } from './failure';

/** What `--json` writes: one line. A member is added now and then; one that changes its meaning raises `version`. */
export interface Envelope {
  readonly version: 1;
  readonly command: string;
  readonly exitCode: ExitCode;
  readonly result: unknown;
  readonly error: Pick<CommandFailure, 'name' | 'message' | 'next'> | null;
}

export const envelope = (
  command: string,
  exitCode: ExitCode,
  result: unknown,
  failure: CommandFailure | null,
): Envelope => ({
  version: 1,
  command,
  exitCode,
  result: result ?? null,
  error: failure && { name: failure.name, message: failure.message, next: failure.next },
});
