/** The code of the functions that questions are asked of. It stands alone: what is deployed is this file, compiled. */

/** What a call asks of the function. Without anything it answers with its version. */
export interface ProbeEvent {
  /** Throw an error of this name. */
  readonly fail?: string;
  /** Answer this status code, as a web server would. */
  readonly status?: number;
  /** Write these values of metric `Probe` in embedded metric format. */
  readonly values?: readonly number[];
}

export interface ProbeContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
}

export const PROBE_NAMESPACE = 'GreenlightAwsTest';
export const PROBE_METRIC = 'Probe';
export const PROBE_VERSION_HEADER = 'x-probe-version';

/** When this module was evaluated: before the first call, where an environment is provisioned. */
const evaluatedAt = Date.now();

export function answer(
  { fail, status, values }: ProbeEvent,
  context: ProbeContext,
  writeLine: (line: string) => void,
  now: number,
): unknown {
  if (values !== undefined) writeLine(embedded(values, context, now));
  if (fail !== undefined) throw Object.assign(new Error(`asked to fail as ${fail}`), { name: fail });
  const body = JSON.stringify({
    version: context.functionVersion,
    arn: context.invokedFunctionArn,
    ageMs: now - evaluatedAt,
  });
  return {
    statusCode: status ?? 200,
    headers: { [PROBE_VERSION_HEADER]: context.functionVersion },
    body,
  };
}

/** One line of embedded metric format, with the dimensions function and version. */
function embedded(values: readonly number[], context: ProbeContext, now: number): string {
  const metrics = [{ Name: PROBE_METRIC, Unit: 'Count' }];
  const directive = {
    Namespace: PROBE_NAMESPACE,
    Dimensions: [['Function', 'Version']],
    Metrics: metrics,
  };
  const dimensions = {
    Function: context.functionName,
    Version: context.functionVersion,
  };
  return JSON.stringify({
    _aws: { Timestamp: now, CloudWatchMetrics: [directive] },
    ...dimensions,
    [PROBE_METRIC]: values,
  });
}

/** Straight to stdout: the console would put a time and a request id before the line. */
export const handler = async (event: ProbeEvent, context: ProbeContext): Promise<unknown> =>
  answer(event, context, (line) => void process.stdout.write(`${line}\n`), Date.now());
