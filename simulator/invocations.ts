import type { Gauge } from './alarms';
import type { RequiredAction } from './iam/action-table';
import type { Permissions } from './permissions';
import type { EngineSchedule } from './schedules';
import { AwsError, type AwsService } from './service';
import { utf8 } from './services/lambda/direct-invoke';
import { TaskFailure } from './states/errors';
import type { InvokeAs } from './states/run-task';
import type { VirtualClock } from './virtual-clock';

/**
 * How a function's asynchronous invocations are retried, from its configuration or `AWS::Lambda::EventInvokeConfig`.
 */
export interface AsyncPolicy {
  /** @default 2 */
  readonly maximumRetryAttempts?: number;
  /** ARN of the queue or topic that gets what failed for good. */
  readonly onFailure?: string;
}

/** An event that a function failed on for good. */
export interface DeadLetter {
  readonly functionName: string;
  /** Where it went; undefined when the function has no destination, and the event is lost. */
  readonly destination?: string;
  readonly event: unknown;
  readonly error: string;
  readonly at: number;
}

interface InvokeOutput {
  readonly Payload?: Uint8Array;
  readonly FunctionError?: string;
  readonly ExecutedVersion?: string;
}

/** Lambda tries a failed asynchronous event again after one and after two minutes. */
const RETRY_DELAYS_MS = [60_000, 120_000];
/**
 * What Lambda itself turned away goes back to its queue for six hours, at first for a second, at last for five minutes.
 */
const QUEUED_MS = { atFirst: 1_000, atMost: 5 * 60_000, together: 6 * 60 * 60_000 };
const SCHEDULER_RETRY_MS = 30_000;

const THROTTLED = 'TooManyRequestsException: ';

/** Invocations that AWS itself makes: tasks of state machines, event targets and schedules. */
export class Invocations {
  readonly deadLetters: DeadLetter[] = [];
  /** Set by the deployment, by function name. */
  readonly policies = new Map<string, AsyncPolicy>();

  constructor(
    private readonly lambda: AwsService,
    private readonly permissions: Permissions,
    private readonly clock: VirtualClock,
    private readonly arnOf: (functionName: string) => string,
  ) {}

  /** A task of a state machine: the machine's role must allow it. @throws TaskFailure with Lambda's error */
  readonly asTask: InvokeAs = async (roleArn, functionName, payload) => {
    const answer = await this.invoke(functionName, payload, () =>
      this.permissions.checkRole(roleArn, this.need(functionName)),
    ).catch((error: unknown) => {
      throw taskFailure(error);
    });
    const text = utf8(answer.Payload);
    if (!answer.FunctionError)
      return { payload: JSON.parse(text || 'null') as unknown, executedVersion: answer.ExecutedVersion ?? '' };
    const { errorType } = JSON.parse(text) as { readonly errorType?: string };
    throw new TaskFailure(errorType ?? 'Lambda.Unknown', text);
  };

  /** An asynchronous event: it is tried three times, then goes to the function's destination for failures. */
  async asEvent(functionArn: string, event: unknown): Promise<void> {
    const name = functionArn.replace(/^.*:function:/, '');
    const policy = this.policies.get(name.split(':')[0]!) ?? {};
    const retries = RETRY_DELAYS_MS.slice(0, policy.maximumRetryAttempts ?? RETRY_DELAYS_MS.length);
    let error = '';
    for (const delay of [0, ...retries]) {
      if (delay > 0) await this.clock.sleep(delay);
      error = await this.queued(functionArn, event);
      if (!error) return;
    }
    const destination = policy.onFailure && { destination: policy.onFailure };
    this.deadLetters.push({ functionName: name, ...destination, event, error, at: this.clock.now() });
  }

  /** A run of the Scheduler: what its role may not do, or Lambda does not take, is tried again, then a dead letter. */
  async asScheduled(
    { roleArn, targetArn, input, retries = 0, deadLetters }: EngineSchedule,
    deliver: () => Promise<void>,
  ) {
    let error = '';
    for (let attempt = 0; attempt <= retries; attempt += 1) {
      if (attempt > 0) await this.clock.sleep(SCHEDULER_RETRY_MS);
      try {
        if (roleArn !== undefined) this.permissions.checkRole(roleArn, this.need(targetArn));
        return await deliver();
      } catch (failure) {
        error = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
      }
    }
    const destination = deadLetters !== undefined && { destination: deadLetters };
    const functionName = targetArn.replace(/^.*:function:/, '');
    this.deadLetters.push({ functionName, ...destination, event: input, error, at: this.clock.now() });
  }

  /** A batch of an event source: what the function answered, or its error. The poller of the source tries again. */
  async asBatch(
    functionName: string,
    event: unknown,
  ): Promise<{ readonly payload: unknown } | { readonly error: string }> {
    try {
      const answer = await this.invoke(functionName, event);
      const text = utf8(answer.Payload);
      return answer.FunctionError ? { error: text } : { payload: JSON.parse(text || 'null') as unknown };
    } catch (error) {
      return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  }

  /** The length of a queue that gets dead letters, as CloudWatch has it, if the metric is one. */
  readonly lettersIn: Gauge = (namespace, metric, { QueueName }, _, until) =>
    namespace === 'AWS/SQS' && metric === 'ApproximateNumberOfMessagesVisible'
      ? this.deadLetters.filter(({ destination, at }) => destination?.endsWith(`:${QueueName}`) && at < until).length
      : undefined;

  /** The permission to invoke a function, for a role check. */
  need(functionName: string): RequiredAction {
    return {
      action: 'lambda:InvokeFunction',
      resource: functionName.startsWith('arn:') ? functionName : this.arnOf(functionName),
    };
  }

  /** One try, which begins when Lambda no longer throttles. */
  private async queued(functionArn: string, event: unknown): Promise<string> {
    const began = this.clock.now();
    for (let wait = QUEUED_MS.atFirst; ; wait = Math.min(2 * wait, QUEUED_MS.atMost)) {
      const error = await this.tried(functionArn, event);
      if (!error.startsWith(THROTTLED) || this.clock.now() + wait - began > QUEUED_MS.together) return error;
      await this.clock.sleep(wait);
    }
  }

  private async tried(functionArn: string, event: unknown): Promise<string> {
    try {
      const answer = await this.invoke(functionArn, event);
      return answer.FunctionError ? utf8(answer.Payload) : '';
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }

  private async invoke(functionName: string, payload: unknown, check = () => {}): Promise<InvokeOutput> {
    check();
    const input = { FunctionName: functionName, Payload: JSON.stringify(payload ?? null) };
    return (await this.lambda.call('Invoke', input, { kind: 'user' })) as InvokeOutput;
  }
}

/** Errors of the Lambda service itself, as Step Functions names them: `Lambda.` and the service's own name. */
function taskFailure(error: unknown): TaskFailure {
  if (!(error instanceof AwsError)) throw error;
  const name = error.name === 'AccessDeniedException' ? 'AWSLambdaException' : error.name;
  const details = `(Service: AWSLambda; Status Code: ${error.$metadata.httpStatusCode}; Error Code: ${error.name})`;
  return new TaskFailure(`Lambda.${name}`, `${error.message} ${details}`);
}
