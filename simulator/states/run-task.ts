import { INVOKE_AND_WAIT, type State, TIMEOUT_PARAMETER } from './definition';
import { TerminalFailure } from './errors';
import { isWithinDataLimit } from './limits';
import type { TaskTokens } from './task-tokens';

/** What a function returned, by the version that ran. */
export interface Invoked {
  readonly payload: unknown;
  readonly executedVersion: string;
}
/** Invokes a function with the rights of a role. @throws TaskFailure */
export type InvokeAs = (roleArn: string, functionName: string, payload: unknown) => Promise<Invoked>;

export interface TaskEnvironment {
  readonly stateMachineArn: string;
  readonly roleArn: string;
  readonly invokeAs: InvokeAs;
  readonly tokens: TaskTokens;
  /** Whether the run of the execution that this task belongs to has not ended. */
  readonly isAlive: () => boolean;
}

/** Runs one attempt of a task state, `lambda:invoke` with or without waiting for its token. */
export async function runTask(
  name: string,
  state: State,
  input: unknown,
  token: string,
  environment: TaskEnvironment,
): Promise<unknown> {
  // The interpreter may wake from a retry's wait only to learn that the execution was stopped in the meantime.
  if (!environment.isAlive()) throw new TerminalFailure('States.Runtime', 'the execution has ended');
  const { FunctionName, Payload, InvocationType, ...others } = input as Record<string, unknown>;
  const unknownKeys = Object.keys(others).filter((key) => key !== TIMEOUT_PARAMETER);
  if (
    typeof FunctionName !== 'string' ||
    unknownKeys.length > 0 ||
    (InvocationType ?? 'RequestResponse') !== 'RequestResponse'
  ) {
    throw new TerminalFailure(
      'States.Runtime',
      `${name}: lambda:invoke runs here with FunctionName and Payload, synchronously; got ${JSON.stringify(input)}`,
    );
  }
  checkSize(name, 'input', Payload);
  const call = environment.invokeAs(environment.roleArn, FunctionName, Payload ?? {});
  const output =
    state.Resource === INVOKE_AND_WAIT ? await afterToken(call, token, state, environment) : result(await call);
  checkSize(name, 'output', output);
  return output;
}

/** With a token the function's own answer is not the result; its failure is the task's failure. */
function afterToken(
  call: Promise<Invoked>,
  token: string,
  state: State,
  environment: TaskEnvironment,
): Promise<unknown> {
  const seconds = (value: unknown) => (typeof value === 'number' ? value * 1000 : undefined);
  const sent = environment.tokens.wait(
    token,
    environment,
    seconds(state.TimeoutSeconds) ?? Infinity,
    seconds(state.HeartbeatSeconds),
  );
  return Promise.race([sent, call.then(() => sent)]);
}

function result({ payload, executedVersion }: Invoked): unknown {
  return {
    ExecutedVersion: executedVersion,
    Payload: payload,
    StatusCode: 200,
    SdkHttpMetadata: { HttpStatusCode: 200 },
  };
}

function checkSize(name: string, what: string, value: unknown): void {
  if (isWithinDataLimit(value)) return;
  throw new TerminalFailure(
    'States.DataLimitExceeded',
    `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit ` +
      `(${what}).`,
  );
}
