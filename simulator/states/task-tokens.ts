import type { EngineClock } from '../clock';
import { AwsError } from '../service';
import { TaskFailure } from './errors';

interface Waiting {
  readonly isAlive: () => boolean;
  readonly succeed: (output: unknown) => void;
  readonly fail: (error: TaskFailure) => void;
  readonly heartbeat: () => void;
}

/** The tasks that wait until their token is sent back. */
export class TaskTokens {
  private readonly waiting = new Map<string, Waiting>();
  /** A token tells its machine after its task has ended, too. */
  private readonly machines = new Map<string, string>();

  constructor(
    private readonly clock: EngineClock,
    private readonly random: () => number,
  ) {}

  /** A new token. Real ones are long and opaque too. */
  create(): string {
    const word = () =>
      Math.floor(this.random() * 2 ** 48)
        .toString(16)
        .padStart(12, '0');
    return `AQCMAAAAKgAAAAMAAAAA${word()}${word()}${word()}${word()}`;
  }

  /** The state machine whose task waits or waited for the token, for the permission check of `SendTask…`. */
  stateMachineOf(token: string): string | undefined {
    return this.machines.get(token);
  }

  /**
   * Waits for the token. `timeoutMs` ends its validity, `heartbeatMs` is the longest silence.
   * @throws TaskFailure with the sender's error, or `States.HeartbeatTimeout`
   */
  wait(
    token: string,
    task: { readonly stateMachineArn: string; readonly isAlive: () => boolean },
    timeoutMs: number,
    heartbeatMs: number | undefined,
  ): Promise<unknown> {
    const deadline = this.clock.now() + timeoutMs;
    return new Promise((resolve, reject) => {
      let timer: unknown;
      const silence = () => end(() => reject(new TaskFailure('States.HeartbeatTimeout', 'no heartbeat came in time')));
      const heartbeat = () => {
        this.clock.clearTimeout(timer);
        if (heartbeatMs !== undefined) timer = this.clock.setTimeout(silence, heartbeatMs);
      };
      const end = (settle: () => void) => {
        this.waiting.delete(token);
        this.clock.clearTimeout(timer);
        settle();
      };
      this.machines.set(token, task.stateMachineArn);
      this.waiting.set(token, {
        isAlive: () => task.isAlive() && this.clock.now() < deadline,
        succeed: (output) => end(() => resolve(output)),
        fail: (error) => end(() => reject(error)),
        heartbeat,
      });
      heartbeat();
    });
  }

  /** The waiting task of a token. @throws AwsError InvalidToken, TaskTimedOut, as the API does */
  find(token: unknown): Waiting {
    if (typeof token !== 'string' || !token.startsWith('AQC')) {
      throw new AwsError('InvalidToken', `Invalid Token: '${String(token)}'`);
    }
    const waiting = this.waiting.get(token);
    if (!waiting?.isAlive()) {
      this.waiting.delete(token);
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    return waiting;
  }
}
