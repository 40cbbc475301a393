import type { Execution } from './execution';

/** The longest escaped input and output that the event carries, 248 KiB; beyond it the data is left out. */
const EVENT_DATA_LIMIT = 248 * 1024;

/** The detail of `Step Functions Execution Status Change`, as EventBridge delivers it. */
export function statusChangeDetail(execution: Execution, redriveStatus: string): Readonly<Record<string, unknown>> {
  const escaped = JSON.stringify(execution.input).length + JSON.stringify(execution.output ?? '').length;
  const included = escaped <= EVENT_DATA_LIMIT;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startedAt,
    stopDate: execution.stoppedAt ?? null,
    input: included ? execution.input : null,
    output: included ? (execution.output ?? null) : null,
    inputDetails: { included },
    outputDetails: execution.output === undefined ? null : { included },
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    redriveCount: execution.redrives,
    redriveDate: execution.redrivenAt ?? null,
    redriveStatus,
    redriveStatusReason: null,
    ...(execution.error !== undefined && { error: execution.error }),
    ...(execution.cause !== undefined && { cause: execution.cause }),
  };
}
