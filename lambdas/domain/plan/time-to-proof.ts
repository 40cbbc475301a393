import { deciding, AS_GOOD_AS_BLUE } from '../gates/gate';
import { judgeGates } from '../gates/gates';
import type { GateName } from '../gates/names';
import { drawCanary, evidenceOfCanary } from './draw-canary';
import { type PlanQuestion, simulated } from './question';
import type { Random } from './coins';
import type { Baseline } from '../evidence';
import { lookThatSees, rhythmAfterProof } from '../looks';
import { HOUR_MS, MINUTE_MS } from '../minutes';
import { count, roughly } from '../numbers';

/** The longest bake that is thought of: beyond four hours few people wait for a rollout. */
export const LONGEST_BAKE = 240;
/** Tried one after the other; most canaries need no long one. */
const BAKES = [15, 30, 60, 120, LONGEST_BAKE];

/**
 * Per gate, the minute in which a green as good as blue has proof of no harm; undefined: not within the longest bake.
 */
export type ProofMinutes = readonly { readonly gate: GateName; readonly minute: number | undefined }[];

/**
 * How long a bake at one weight a good green needs, by the judge's own proofs. These need no horizon and never fall, so
 * one long canary tells the answer for every shorter one.
 */
export function proofsOf(question: PlanQuestion, weight: number): (seeded: () => Random) => ProofMinutes {
  const limit = Math.log(1 / question.judge.missRate);
  const settings = { ...question.judge, minimumMinutes: 0 };
  const bakes = BAKES.map((bakeMinutes) => simulated(question, [{ weight, bakeMinutes }], 0));
  return (seeded) => {
    let proofs: ProofMinutes = [];
    for (const what of bakes) {
      // The same stream begins with the same minutes.
      const canary = drawCanary(what, seeded());
      proofs = deciding(judgeGates(evidenceOfCanary(what, canary, AS_GOOD_AS_BLUE), settings)).map((one) => {
        const index = one.counters.length === 0 ? -1 : one.logNonInferiority.findIndex((proof) => proof >= limit);
        return { gate: one.gate, minute: index < 0 ? undefined : index + 1 };
      });
      if (proofs.every(({ minute }) => minute !== undefined)) break;
    }
    return proofs;
  };
}

/** The minute by which `part` of the canaries have proof on every gate but the ones left out. */
export function bakeForProof(
  canaries: readonly ProofMinutes[],
  part: number,
  without: readonly GateName[] = [],
): number | undefined {
  const needed = canaries
    .map((gates) =>
      Math.max(0, ...gates.filter(({ gate }) => !without.includes(gate)).map(({ minute }) => minute ?? Infinity)),
    )
    .sort((a, b) => a - b);
  const minute = needed[Math.ceil(part * needed.length) - 1] ?? Infinity;
  return Number.isFinite(minute) && minute > 0 ? minute : undefined;
}

/** What a replay before any traffic would take, and the canary that is left after its proof. */
export interface PlannedReplay {
  /** Requests that prove a good green, if none of them fails. */
  readonly pairs: number;
  readonly minutes: number;
  /** Minutes at 50 % until disasters are excluded; null beyond two hours. */
  readonly liveMinutes: number | null;
}

/** What a good green's proof costs above ln(1/missRate), by the mixture of its stakes. */
const ABOVE_THE_LIMIT = 0.5;
const LARGEST_STAKE = 0.95;
/** Both versions answer, eight requests at once, and each call has its way there and back. */
const AT_ONCE = 8;
const WAY_MS = 20;
/** Green's requests that exclude disasters in 98 of 100 canaries: 15 minutes of half of 30 a minute. */
const GREEN_REQUESTS = 225;
const LEAST_MINUTES = 5;
const MOST_MINUTES = 120;

/**
 * Without a failure each pair multiplies the evidence by 1 + .95 d, so that N = (ln(1/missRate) + .5) / (.95 d): 736 at
 * half a point.
 */
export const plannedPairs = (harmPoints: number, missRate: number): number =>
  Math.ceil((Math.log(1 / missRate) + ABOVE_THE_LIMIT) / (LARGEST_STAKE * Math.max(harmPoints, SMALLEST_HARM)));
/** With no harm at all in sight nothing could be proven. */
const SMALLEST_HARM = 0.0001;

export function plannedReplay(
  harmPoints: number,
  missRate: number,
  { requestsPerMinute, medianMs }: { readonly requestsPerMinute: number; readonly medianMs: number | null },
): PlannedReplay {
  const pairs = plannedPairs(harmPoints, missRate);
  const needed = Math.max(LEAST_MINUTES, Math.ceil((2 * GREEN_REQUESTS) / requestsPerMinute));
  const live = lookThatSees(needed, Math.max(needed, MOST_MINUTES), {
    rhythm: rhythmAfterProof(requestsPerMinute),
  });
  return {
    pairs,
    minutes: Math.max(1, Math.ceil((2 * pairs * ((medianMs ?? 0) + WAY_MS)) / AT_ONCE / MINUTE_MS)),
    liveMinutes: live > MOST_MINUTES ? null : live,
  };
}

/** What `captureSampleRate: "auto"` keeps at most. */
export const AUTO_CAPTURES_A_DAY = 3_000;

/**
 * In words, for an endpoint that has nothing to replay and could not be decided: what would prove a good green at its
 * traffic. Undefined where the errors of a replay would decide nothing, or no traffic is known.
 */
export function replayWouldHelp(
  {
    gates: { errors },
    missRate,
  }: {
    readonly gates: { readonly errors: false | { readonly harm: { readonly points: number } } };
    readonly missRate: number;
  },
  baseline: Baseline | undefined,
): string | undefined {
  const rows = baseline?.baseline ?? [];
  const requestsPerMinute = rows.reduce((sum, { blue }) => sum + blue.invocations, 0) / Math.max(1, rows.length);
  if (errors === false || requestsPerMinute === 0) return undefined;
  const medianMs = baseline?.thresholds?.find(({ quantile }) => quantile === 0.5)?.blueMs ?? null;
  const { pairs, minutes, liveMinutes } = plannedReplay(errors.harm.points, missRate, { requestsPerMinute, medianMs });
  const aDay = Math.min(AUTO_CAPTURES_A_DAY, Math.max(1, Math.round((requestsPerMinute * 24 * HOUR_MS) / MINUTE_MS)));
  const days = Math.ceil(pairs / aDay);
  const live = liveMinutes === null ? '' : ` and ${liveMinutes} more live`;
  return (
    `at ${roughly(requestsPerMinute)} requests a minute the captured requests of ` +
    `${days === 1 ? 'a day' : `${days} days`} prove a good green in ${minutes} min before any user${live}: ` +
    `captureSampleRate "auto" keeps ${count(aDay)} a day, ${count(pairs)} that do not fail are enough, and so is a ` +
    'file of samples. What users send may be personal: it is kept for a week'
  );
}
