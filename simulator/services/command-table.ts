import { AwsError, type Caller } from '../service';

/** The commands of one service by name. A handler gets the input as the SDK's command would carry it. */
export type CommandTable = Readonly<Record<string, (input: never, caller: Caller) => unknown>>;

/** Runs one command. An unknown one is refused loudly, so that a stand-in never answers what it does not know. */
export async function runCommand(
  service: string,
  table: CommandTable,
  command: string,
  input: Readonly<Record<string, unknown>>,
  caller: Caller,
): Promise<unknown> {
  const handler = Object.hasOwn(table, command) ? table[command] : undefined;
  if (handler === undefined) {
    throw new AwsError('NotImplemented', `The embedded ${service} has no command ${command}`, 501);
  }
  return handler(input as never, caller);
}

/** A member that the service requires; AWS answers ValidationException when it is missing. */
export function required<T>(value: T | null | undefined, member: string): T {
  if (value === null || value === undefined || value === '') {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}
