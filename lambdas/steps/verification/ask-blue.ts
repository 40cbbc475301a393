import { GreenUnhealthy } from '../../contract/errors';
import type { ModelMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import type { EndpointAnswer, EndpointCalls } from '../../adapters/lambda/endpoint-calls';
import type { Adapters } from '../../adapters/adapters';
import { asCrash } from './ask-version';
import { readMetadata } from './check-signature';

type Needs = Pick<Adapters, 'clock' | 'endpointCalls'>;

/**
 * A fix must not wait for the version that it replaces. Blue is asked for its signature, and for its answers to the golden
 * set, to captured requests, to missing values and to the warm-up's, each within its share: 20 + 45 + 35 + 5 + 10 = 115 s, however long a
 * call of blue hangs. One that is silent is asked up to three times more beside green, and then no further: 20 + 3 * 24 = 92 s for
 * the signature, 45 + 3 * 49 = 192 s for the golden set.
 */
export const BLUE_SHARE_MS = {
  signature: 20_000,
  goldenSet: 45_000,
  replay: 35_000,
  missing: 5_000,
  warmUp: 10_000,
} as const;

/** What a call is answered with whose time is over. */
const LATE: EndpointAnswer = { kind: 'crashed', error: 'NoAnswer', message: 'its time was over' };

// Not written where a call is made: the wait for the end holds them until then, and would hold each request with them.
const alone = (answer: EndpointAnswer) => answer;
const withoutLog = (answer: EndpointAnswer) => ({ answer, log: [] });

export interface BoundedCalls {
  readonly endpointCalls: EndpointCalls;
  /** Nothing more will be asked. */
  readonly isOver: () => boolean;
}

/** Calls of blue that take no longer than that all together, and for which a version that cannot run is one that crashed. */
export function boundedCalls({ clock, endpointCalls }: Needs, shareMs: number): BoundedCalls {
  const end = clock.now() + shareMs;
  const isOver = (): boolean => clock.now() >= end;
  let over: Promise<unknown> | undefined;
  const within = async <Answer>(call: () => Promise<Answer>, instead: (answer: EndpointAnswer) => Answer) => {
    if (isOver()) return instead(LATE);
    over ??= clock.sleep(end - clock.now()).then(() => (isOver() ? undefined : new Promise(() => undefined)));
    return Promise.race([call().catch((error: unknown) => instead(asCrash(error))), over.then(() => instead(LATE))]);
  };
  return {
    isOver,
    endpointCalls: {
      callVersion: (...asked) => within(() => endpointCalls.callVersion(...asked), alone),
      callVersionWithLog: (...asked) => within(() => endpointCalls.callVersionWithLog(...asked), withoutLog),
    },
  };
}

/** Calls at once: one that answers is enough. */
const AT_ONCE = 3;
const TRIES = 4;
const PAUSE_MS = 4_000;

type Met = { readonly signature: ModelMetadata } | { readonly silent: string };

/**
 * Blue's signature, or in words why it cannot be compared with: it did not answer, and green did in the same time. Without
 * green, before there is one, blue alone is asked.
 */
export async function meetBlue(ports: Needs, state: RolloutState, green?: string): Promise<Met> {
  const met = await askBlue(ports, state);
  if ('signature' in met || green === undefined) return met;
  const tells = async ({ endpointCalls }: Pick<Adapters, 'endpointCalls'>) =>
    'metadata' in (await readMetadata({ endpointCalls }, state, green));
  return besideGreen(ports, BLUE_SHARE_MS.signature, tells, () => askBlue(ports, state));
}

/** How often both are asked before it is given up. */
const TIMES_BESIDE = 3;

/**
 * A Lambda that is slow to all, or a network that is away, keeps blue from answering, too: taken for dead, its successor would
 * get no canary. So a blue that was silent is asked again while green is. Where green is silent in that time as well, nothing
 * is known of blue, and the rollout ends rather than go on without it.
 */
export async function besideGreen<Answer extends object>(
  ports: Needs,
  shareMs: number,
  greenAnswers: (bounded: Pick<Adapters, 'endpointCalls'>) => Promise<boolean>,
  again: () => Promise<Answer>,
): Promise<Answer> {
  for (let time = 1; time <= TIMES_BESIDE; time += 1) {
    const control = greenAnswers(boundedCalls(ports, shareMs)).catch(() => false);
    const answer = await again();
    if (!('silent' in answer) || (await control)) return answer;
    await ports.clock.sleep(PAUSE_MS);
  }
  throw new GreenUnhealthy(
    `neither blue nor green answered within ${shareMs / 1000} s, ${TIMES_BESIDE} times, although green did before: Lambda or the network is slow to both, and without blue there would be no canary; start again later`,
  );
}

/** Twelve calls over 12 s at least, for a blip, and for one that sleeps. */
async function askBlue(ports: Needs, state: RolloutState): Promise<Met> {
  const { endpointCalls } = boundedCalls(ports, BLUE_SHARE_MS.signature);
  let said = '';
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const asked = Array.from({ length: AT_ONCE }, () => readMetadata({ endpointCalls }, state, state.blue.version));
    const answers = await Promise.all(asked);
    for (const answer of answers) {
      if ('metadata' in answer) return { signature: answer.metadata };
      said = answer.instead;
    }
    if (attempt < TRIES) await ports.clock.sleep(PAUSE_MS);
  }
  return { silent: `blue (version ${state.blue.version}) does not answer: ${said}` };
}
