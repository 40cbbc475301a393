import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endpointSettingsSchema } from '../../../lambdas/contract/endpoint-settings';
import { parseTrace } from '../../../lambdas/contract/kept-evidence';
import { asGoodAsBlue, worseByAnyAmount } from '../../../lambdas/domain/statistics/mixture';
import { predictedBlueRates, totalOf } from '../../../lambdas/domain/statistics/counts';
import { believableShares } from '../../../lambdas/domain/statistics/guard';
import { informationPerGreenRequest, projectOntoMargin } from '../../../lambdas/domain/statistics/information';
import { logAddExp, logMean, logSumExp } from '../../../lambdas/domain/statistics/summaries';
import { ownNoise } from '../../../lambdas/domain/statistics/own-noise';
import { stakesByReach, greenShares, twoArmScores } from '../../../lambdas/domain/statistics/two-arm';
import { FROM_THE_START } from '../../../lambdas/domain/gates/counter';
import { judgeGates } from '../../../lambdas/domain/gates/gates';
import { reachOf } from '../../../lambdas/domain/gates/gate';
import { combine } from '../../../lambdas/domain/judge/verdict';
import { judge } from '../../../lambdas/domain/judge/judge';
import { evidenceOfTrace } from '../../../lambdas/domain/trace/evidence-of-trace';
import { judgeSettings } from '../../../lambdas/steps/judgement/kept-judgement';
import { ROOT } from './markdown-files';

/**
 * The numbers of the example in docs/explanation/judge.md, step by step: each part by the judge's own function, and
 * what joins the parts by the formula that the page gives.
 */

/** A recorded canary, as replay judges it, up to the minute that decides. */
export const TRACE = 'test/judge/traces/036-bad-errors_5pp-r100-w0.1.json';
const DECIDING_MINUTE = 5;

const shipped = endpointSettingsSchema.parse({ name: 'example' });
const whole = parseTrace(JSON.parse(readFileSync(join(ROOT, TRACE), 'utf8')), TRACE);
const trace = { ...whole, rows: whole.rows.slice(0, DECIDING_MINUTE) };
const evidence = evidenceOfTrace(trace, shipped.gates.latency === false ? undefined : shipped.gates.latency);
const ofBake = judgeSettings(shipped, trace.horizonMinutes);
/** Of the gates that decide. */
const settings = { ...ofBake, gates: { ...ofBake.gates, memory: false as const } };

export const judgement = judge(evidence, settings);
export const gates = judgeGates(evidence, settings);
export const combined = combine(gates, DECIDING_MINUTE);
export const plannedMinutes = evidence.horizonMinutes;

const errors = gates[0]!.counters[0]!;
export const { minutes, history, margin } = errors;
export const past = totalOf(history);
export const [noise] = ownNoise(history, minutes);
export const rates = predictedBlueRates(past, minutes);
export const boundaryOf = (rate: number) => margin.ratio * rate + margin.points;
const shares = greenShares(minutes);
export const believed = believableShares(minutes, rates, shares, ownNoise(history, minutes));

export const reach = reachOf(evidence, history);
export const effects = worseByAnyAmount(rates[0]!, boundaryOf(rates[0]!));
export const worth = effects.map((effect) => informationPerGreenRequest(rates[0]!, effect, minutes[0]!.weight, margin));
export const stakes = stakesByReach(worth, reach);
/** Places in the grid of effects that have a stake. */
export const placed = stakes.flatMap((stake, place) => (stake > 0 ? [place] : []));

const bets = (rate: number) => placed.map((place) => worseByAnyAmount(rate, boundaryOf(rate))[place]!);
/** Per minute, S of each effect with a stake, as believed. */
export const scores = twoArmScores({ margin, history, alternatives: (rate) => bets(rate) }, minutes);

/** The deciding minute's bets: green's rate, the nearest tolerable pair, and what each kind of request adds to S. */
export const projections = bets(rates.at(-1)!).map((effect) => {
  const { greenEvents, greenRequests, blueEvents, blueRequests } = minutes.at(-1)!;
  const rate = rates.at(-1)!;
  const x = projectOntoMargin(rate, effect, shares.at(-1)!, margin);
  const y = boundaryOf(x);
  const failed = greenEvents * Math.log(effect / y);
  const answered = (greenRequests - greenEvents) * Math.log((1 - effect) / (1 - y));
  const blue = blueEvents * Math.log(rate / x) + (blueRequests - blueEvents) * Math.log((1 - rate) / (1 - x));
  return { effect, x, y, failed, answered, blue, sum: failed + answered + blue };
});

/** The part of the money on a start in this minute, 1 for the first. */
export const onStart = (minute: number) =>
  minute === 1 ? FROM_THE_START : (1 - FROM_THE_START) / (plannedMinutes - 1);

/** ln of what each effect's coin has become after each minute, with what is not yet placed as cash. */
export const perEffect = ((): readonly (readonly number[])[] => {
  let running = placed.map(() => -Infinity);
  let onTable = 0;
  return scores.map((minute, index) => {
    onTable += onStart(index + 1);
    running = minute.map((score, k) => score + logAddExp(running[k]!, Math.log(onStart(index + 1))));
    return running.map((value) => logAddExp(value, Math.log(1 - onTable)));
  });
})();

/** The errors gate after each minute: the coins by their stakes. */
export const errorsEvidence = perEffect.map((values) =>
  logSumExp(values.map((value, k) => value + Math.log(stakes[placed[k]!]!))),
);

/** The gates after the deciding minute, by their parts. */
export const allEvidence = logSumExp(gates.map((gate) => Math.log(combined.part(gate)) + gate.logEvidence.at(-1)!));

const harm = errors.harm!.test.margin;
export const harmfulFrom = (rate: number) => harm.ratio * rate + harm.points;
const harmlessScores = twoArmScores({ margin: harm, history, alternatives: asGoodAsBlue, share: 'realised' }, minutes);
/** Proof of no harm: S for "like blue" and "halfway to harm", ln of their average so far, and the highest so far. */
export const noHarm = harmlessScores.map(([likeBlue = 0, halfway = 0], index) => {
  const sums = [0, 1].map((bet) => harmlessScores.slice(0, index + 1).reduce((sum, one) => sum + one[bet]!, 0));
  return { likeBlue, halfway, value: logMean(sums) };
});
