import { DescribeExecutionCommand, type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { STATES } from '../../lambdas/domain/workflow';
import { EndedBefore } from './errors';
import { historyInWords, readHistory, statesIn } from './history';
import { type Deadline, waitUntil } from './wait-until';

export type EnteredState = (typeof STATES)[keyof typeof STATES];
export type DeployedStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

export interface ExecutionNow {
  readonly status: DeployedStatus;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly input: unknown;
}

/** One execution of the rollout's state machine, as a person sees it in the console. */
export class DeployedExecution {
  /** @param name also the id of its rollout's record. */
  constructor(
    private readonly sfn: SFNClient,
    readonly arn: string,
    readonly name: string,
  ) {}

  async now(): Promise<ExecutionNow> {
    const { status, error, cause, input } = await this.sfn.send(
      new DescribeExecutionCommand({ executionArn: this.arn }),
    );
    return {
      status: status ?? 'RUNNING',
      error,
      cause,
      input: input === undefined ? undefined : JSON.parse(input),
    };
  }

  /** Waits for its end, whichever. @throws {DeadlineMissed} with the states it went through. */
  async end(deadline: Deadline): Promise<ExecutionNow> {
    return this.waitFor(
      'an end',
      async () => {
        const now = await this.now();
        return now.status === 'RUNNING' ? undefined : now;
      },
      deadline,
    );
  }

  /**
   * Waits until it enters a state for the nth time, and looks ten times a second.
   *
   * @throws {DeadlineMissed} {@link EndedBefore} when it ends without.
   */
  async reaches(state: EnteredState, deadline: Deadline, nth = 1): Promise<void> {
    const ask = async () => {
      // Asked before the history is read, so that a state which it entered last is not missed.
      const { status, error } = await this.now();
      const times = (await this.states()).filter((one) => one === state).length;
      if (times >= nth) return true;
      if (status !== 'RUNNING') throw new EndedBefore(`${this.name} ended as ${error ?? status} before ${state}`);
      return undefined;
    };
    await this.waitFor(`state ${state}`, ask, { everyMs: 100, ...deadline });
  }

  /** Stops it at once, as the console's button does. */
  async stop(reason: { readonly error?: string; readonly cause?: string } = {}): Promise<void> {
    await this.sfn.send(new StopExecutionCommand({ executionArn: this.arn, ...reason }));
  }

  /** States in the order in which it entered them. */
  async states(): Promise<readonly string[]> {
    return statesIn(await readHistory(this.sfn, this.arn));
  }

  /** Its states, errors and causes with their times, for people. */
  async history(): Promise<string> {
    return historyInWords(await readHistory(this.sfn, this.arn));
  }

  private async waitFor<T>(what: string, ask: () => Promise<T | undefined>, deadline: Deadline): Promise<T> {
    return waitUntil(`${what} of execution ${this.name}`, ask, deadline);
  }
}
