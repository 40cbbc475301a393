import type { GatesSettings } from './gates';

/** The canary after a proof: half of the users, until disasters are excluded. At 5 requests a minute that takes up to two hours. */
export const SHORT_CANARY = { weight: 50, bakeMinutes: 120, until: 'proof' } as const;

/** So many points of requests more that fail, or are turned away, are a disaster that live traffic must exclude. */
const FAILURE_POINTS = 0.1;
/** A median of twice as much; a tenth of the requests beyond twice blue's tails. */
const LATENCY_PERCENT = 100;
const TAIL_POINTS = 0.1;
const PREDICTION_POINTS = 0.25;

/**
 * What a canary must still show of a green that a replay has proven: only what live traffic alone can show, that is throttles, cold
 * starts, concurrency, and inputs that no capture holds. What must be excluded is wider then; what is tolerated stays as it
 * was, so that a regression is stopped as soon as ever. Gates that speak of what no replay sees stay as they were.
 */
export function afterReplay(gates: GatesSettings): GatesSettings {
  const counted = <Margins extends { readonly harm: { readonly ratio: number; readonly points: number } }>(
    gate: false | Margins,
  ) => gate && { ...gate, harm: { ...gate.harm, points: Math.max(gate.harm.points, FAILURE_POINTS) } };
  const { errors, throttles, latency, predictions } = gates;
  return {
    ...gates,
    errors: counted(errors),
    throttles: counted(throttles),
    latency: latency && {
      ...latency,
      harmPercent: Math.max(latency.harmPercent, LATENCY_PERCENT),
      harmTailPoints: Math.max(latency.harmTailPoints, TAIL_POINTS),
    },
    predictions: predictions && {
      ...predictions,
      harmPoints: Math.max(predictions.harmPoints, PREDICTION_POINTS),
      // The replay has proven rare classes one by one; no quiet endpoint's canary could.
      rare: { ...predictions.rare, harm: { ratio: 100, points: PREDICTION_POINTS } },
    },
  };
}
