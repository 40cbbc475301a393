import { AwsError } from '../service';
import type { Execution, EngineStatus } from './execution';
import { isWithinDataLimit } from './limits';

/** What an execution's name may not hold. */
const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

/** @throws AwsError InvalidName */
export function checkName(name: unknown): string {
  if (typeof name === 'string' && name.length >= 1 && name.length <= 80 && !FORBIDDEN_IN_NAMES.test(name)) return name;
  throw new AwsError('InvalidName', `Invalid Name: '${String(name)}'`);
}

/** @throws AwsError InvalidExecutionInput */
export function checkInput(input: unknown): string {
  const text = input ?? '{}';
  try {
    if (typeof text === 'string' && isWithinDataLimit(JSON.parse(text))) return text;
  } catch {
    // Falls through to the error of the API.
  }
  throw new AwsError(
    'InvalidExecutionInput',
    "Invalid State Machine Execution Input: 'not JSON of at most 262144 bytes'",
  );
}

const FORTNIGHT_MS = 14 * 86_400_000;

/** Whether an execution can be redriven: it failed, was stopped or timed out in the last 14 days. */
export function redriveStatus(execution: Execution, now: number): 'REDRIVABLE' | 'NOT_REDRIVABLE' {
  const ended = execution.status !== 'RUNNING' && execution.status !== 'SUCCEEDED';
  const recent = now - (execution.stoppedAt ?? now) <= FORTNIGHT_MS;
  return ended && recent && execution.restart ? 'REDRIVABLE' : 'NOT_REDRIVABLE';
}

/** The answer of DescribeExecution. */
export function describeExecution(execution: Execution, now: number): Readonly<Record<string, unknown>> {
  return {
    ...summary(execution, execution.status),
    input: execution.input,
    inputDetails: { included: true },
    ...(execution.output !== undefined && { output: execution.output, outputDetails: { included: true } }),
    ...(execution.error !== undefined && { error: execution.error }),
    ...(execution.cause !== undefined && { cause: execution.cause }),
    redriveStatus: redriveStatus(execution, now),
  };
}

/** An execution as a list that is some seconds old shows it; nothing when it was not there yet. */
export function asListed(execution: Execution, listedAt: number): Readonly<Record<string, unknown>> | undefined {
  const known = execution.statuses.findLast(({ at }) => at <= listedAt);
  return known && summary(execution, known.status);
}

function summary(execution: Execution, status: EngineStatus): Readonly<Record<string, unknown>> {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status,
    startDate: new Date(execution.startedAt),
    ...(status !== 'RUNNING' && execution.stoppedAt !== undefined && { stopDate: new Date(execution.stoppedAt) }),
    redriveCount: execution.redrives,
    ...(execution.redrivenAt !== undefined && { redriveDate: new Date(execution.redrivenAt) }),
  };
}

/** One page of a list, with the token of the next. */
export function page<T>(items: readonly T[], input: Readonly<Record<string, unknown>>, most = 1000) {
  const size = Math.min(Number(input.maxResults) || most, most);
  const from = Number(input.nextToken ?? 0);
  const next = from + size < items.length ? { nextToken: String(from + size) } : {};
  return { items: items.slice(from, from + size), next };
}
