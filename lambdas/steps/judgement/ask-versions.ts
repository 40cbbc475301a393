import type { InferRequest, ModelMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import type { Count } from '../../domain/statistics/counts';
import type { Durations } from '../../domain/judge/held-minutes';
import { TurnedAway, VersionCannotRun } from '../../adapters/lambda/endpoint-calls';
import type { Adapters } from '../../adapters/adapters';
import { serverMs } from '../replay/ask-pairs';
import { readMetadata } from '../verification/ask-blue';
import { isLoading } from '../verification/ask-version';
import { madeUpRequests } from '../verification/warm-up';

type Needs = Pick<Adapters, 'clock' | 'endpointCalls'>;

/** A version that hangs fails: three rounds of this are half of the step's time, after which no further one begins. */
export const PATIENCE_MS = 8_000;
export const ROUNDS_MS = 2.5 * PATIENCE_MS;

/** How a version's calls went; those that Lambda turned away are none of its own. */
export interface CallsOfVersion extends Count {
  /** Tries that Lambda did not take, for want of an execution that is free. */
  readonly turnedAway: number;
  /** How long warm environments took to answer. */
  readonly ms: readonly number[];
}

export async function answersOf(
  ports: Needs,
  state: RolloutState,
  green: string,
  calls: number,
  atOnce: number,
  /** No round begins later, ms since 1970. */
  until?: number,
): Promise<Record<keyof Durations, CallsOfVersion> | undefined> {
  if (state.control === undefined) return undefined;
  const signature = await signatureOf(ports, state, green);
  return askedOf(ports, state, green, signature && madeUpRequests(signature)[state.control], calls, atOnce, until);
}

export async function askedOf(
  ports: Needs,
  state: RolloutState,
  green: string,
  body: InferRequest | undefined,
  calls: number,
  atOnce: number,
  until?: number,
): Promise<Record<keyof Durations, CallsOfVersion>> {
  const [ofBlue, ofGreen] = await Promise.all(
    [state.blue.version, green].map((version) => askRepeatedly(ports, state, version, body, calls, atOnce, until)),
  );
  return { blue: ofBlue!, green: ofGreen! };
}

/** Whichever version still tells it. */
export async function signatureOf(
  ports: Needs,
  state: RolloutState,
  green: string,
): Promise<ModelMetadata | undefined> {
  const answers = await Promise.all(
    [green, state.blue.version].map((version) =>
      inTime(ports, readMetadata(ports, state, version)).catch(() => undefined),
    ),
  );
  return answers.flatMap((answer) => (answer !== undefined && 'metadata' in answer ? [answer.metadata] : []))[0];
}

async function askRepeatedly(
  ports: Needs,
  state: RolloutState,
  version: string,
  body: InferRequest | undefined,
  calls: number,
  atOnce: number,
  until = ports.clock.now() + ROUNDS_MS,
): Promise<CallsOfVersion> {
  const asked: CallOfVersion[] = [];
  while (asked.length < calls && ports.clock.now() < until)
    asked.push(...(await Promise.all(Array.from({ length: atOnce }, () => askOnce(ports, state, version, body)))));
  const taken = asked.filter(({ said }) => said !== 'turned away');
  return {
    events: taken.filter(({ said }) => said === 'failed').length,
    requests: taken.length,
    ms: taken.flatMap(({ said, ms }) => (said === 'answered' && ms !== undefined ? [ms] : [])),
    turnedAway: asked.reduce((sum, one) => sum + one.turnedAway, 0),
  };
}

export interface CallOfVersion {
  /** That it refuses a request is no failure. A version that crashed, hung or cannot run has failed. */
  readonly said: 'answered' | 'refused' | 'failed' | 'turned away';
  readonly ms?: number | undefined;
  readonly turnedAway: number;
  /** It did not answer in time, or its environment still loads the model: what it would answer is not known. */
  readonly isOpen?: boolean;
}

/**
 * One call of a version. Without a body, since neither version tells what it takes, it is asked for that, which each
 * has told before green had traffic.
 */
export async function askOnce(
  ports: Needs,
  { config: { functionName, settings } }: RolloutState,
  version: string,
  body: InferRequest | undefined,
  patienceMs = PATIENCE_MS,
): Promise<CallOfVersion> {
  const path = `/v2/models/${settings.name}`;
  const request =
    body === undefined
      ? ({ method: 'GET', path } as const)
      : ({ method: 'POST', path: `${path}/infer`, body } as const);
  try {
    const called = ports.endpointCalls.callVersionWithLog(functionName, version, request);
    const logged = await inTime(ports, called, patienceMs);
    const { turnedAway = 0 } = logged ?? {};
    if (logged?.answer.kind !== 'answered' || logged.answer.status >= 500)
      return { said: 'failed', turnedAway, isOpen: logged === undefined || isLoading(logged.answer) };
    return { said: logged.answer.status === 200 ? 'answered' : 'refused', ms: serverMs(logged), turnedAway };
  } catch (error) {
    if (error instanceof TurnedAway) return { said: 'turned away', turnedAway: error.tries };
    if (error instanceof VersionCannotRun) return { said: 'failed', turnedAway: 0 };
    throw error;
  }
}

const inTime = <T>(
  { clock }: Pick<Adapters, 'clock'>,
  work: Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T | undefined> => Promise.race([work, clock.sleep(patienceMs).then(() => undefined)]);
