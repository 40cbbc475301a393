import type { Adapters } from '../../adapters/adapters';
import type { EndpointAnswer, LoggedAnswer } from '../../adapters/lambda/endpoint-calls';
import { GreenUnhealthy } from '../../contract/errors';
import { CAPTURED_PREFIX } from '../../contract/names';
import type { ReplayRequest } from '../../contract/replay';
import type { RolloutState } from '../../contract/rollout-state';
import { sameClass } from '../../domain/wrong-rows';
import type { Pair, PairedSide } from '../../domain/judge/paired/pair';
import { meanOf } from '../../domain/statistics/summaries';
import { errorBody, type InferResponse } from '../../contract/inference-protocol';
import { measured, placesOf } from '../../domain/measures/count-answers';
import { isOfVector, saidByPlaces } from '../../domain/measures/measures';
import { asCrash, classesOf, goodAnswer, outputsOf, predictionsOf, saidBy } from '../verification/ask-version';

type Needs = Pick<Adapters, 'clock' | 'endpointCalls' | 'hash'>;

/** A failure is asked twice more on both sides before it counts. */
const TRIES = 3;
/**
 * One that green fails each time and blue never, so often: at 20 % of failures by chance alone it is one in ten
 * million.
 */
const EACH_TIME = 10;
/** Between those tries, in which what is only a moment passes. */
const PAUSE_MS = 1_000;
/** No try begins after this: three that hang for half a minute are what a chunk's last pair has time for. */
const LAST_TRY_MS = 75_000;
/** Of a batch: as many as an average needs, and with so many digits 10,000 pairs stay within what is read back. */
const MOST_SCORES = 50;
const DIGITS = 6;

interface Sides<T> {
  readonly blue: T;
  readonly green: T;
}

/** A pair that says nothing: both versions refuse the request, as its caller's mistake. */
export interface RefusedByBoth {
  /** Which request, and what blue said of it. */
  readonly refused: string;
}

/**
 * Asks both versions one request, one after the other, in an order that the rollout's id and the request's decide.
 * @throws GreenUnhealthy where Lambda runs green in no try, and blue answers each
 */
export async function askPair(
  ports: Needs,
  state: RolloutState,
  versions: Sides<string>,
  asked: ReplayRequest,
): Promise<Pair | RefusedByBoth> {
  const blueFirst = ports.hash(`${asked.id} ${state.id}`) < '8';
  const both = async (): Promise<Sides<LoggedAnswer>> => {
    const first = await ask(ports, state, blueFirst ? versions.blue : versions.green, asked);
    const second = await ask(ports, state, blueFirst ? versions.green : versions.blue, asked);
    return blueFirst ? { blue: first, green: second } : { blue: second, green: first };
  };
  const begun = ports.clock.now();
  const tries = [await both()];
  const [{ blue, green }] = tries as [Sides<LoggedAnswer>];
  // By force green may have other inputs than what was sent to blue.
  if (isRefusal(green.answer) && (isRefusal(blue.answer) || state.plan.force)) {
    const said = isRefusal(blue.answer) ? blue.answer : green.answer;
    // A samples file is read and quoted by who wrote it; what users sent is shown as far as the endpoint allows.
    const mayQuote = state.config.settings.replay.show === 'values' || !asked.id.startsWith(CAPTURED_PREFIX);
    return { refused: `${asked.id}, ${failureInWords(said, mayQuote)}` };
  }
  const failedEachTime = () => tries.every((one) => failed(one.green) && !failed(one.blue));
  const goesOn = () =>
    ports.clock.now() - begun < LAST_TRY_MS &&
    (failed(blue) || failed(green)) &&
    tries.length < (failedEachTime() ? EACH_TIME : TRIES);
  while (goesOn()) {
    if (tries.length >= TRIES) await ports.clock.sleep(PAUSE_MS);
    tries.push(await both());
  }
  const sides = { blue: tries.map((one) => one.blue), green: tries.map((one) => one.green) };
  const [why] = sides.green.map(whyItCannotRun);
  if (why !== undefined && failedEachTime() && sides.green.every(whyItCannotRun))
    throw new GreenUnhealthy(`in the replay ${why}`);
  return {
    request: asked.id,
    blue: sideOf(sides.blue, state, asked),
    green: sideOf(sides.green, state, asked),
    ...(tries.length >= TRIES && failedEachTime() && { eachOf: tries.length }),
  };
}

const failed = ({ answer }: LoggedAnswer): boolean => goodAnswer(answer) === undefined;

/** Lambda runs no such version, as after a person deleted it: that is no answer of its model. */
const whyItCannotRun = ({ answer }: LoggedAnswer): string | undefined =>
  answer.kind === 'crashed' && answer.error === 'VersionCannotRun' ? answer.message : undefined;

const isRefusal = (answer: EndpointAnswer): boolean =>
  answer.kind === 'answered' && answer.status >= 400 && answer.status < 500;

function ask(
  { endpointCalls }: Pick<Adapters, 'endpointCalls'>,
  { config: { functionName, settings } }: RolloutState,
  version: string,
  { inputs }: ReplayRequest,
): Promise<LoggedAnswer> {
  const path = `/v2/models/${settings.name}/infer`;
  return endpointCalls
    .callVersionWithLog(functionName, version, { method: 'POST', path, body: { inputs } })
    .catch((error: unknown) => ({ answer: asCrash(error), log: [] }));
}

function sideOf(tries: readonly LoggedAnswer[], state: RolloutState, asked: ReplayRequest): PairedSide {
  const failures = tries.filter(failed);
  const last = failures.at(-1);
  const shared = {
    failed: failures.length / tries.length,
    ...(last && { said: failureInWords(last.answer, state.config.settings.replay.show === 'values') }),
  };
  const good = tries.find((one) => !failed(one));
  const response = good && goodAnswer(good.answer);
  if (good === undefined || response === undefined) return shared;
  const { classNames } = state.config.settings;
  const read = predictionsOf(response, state);
  const scores = read.flatMap((one) => (one.kind === 'score' ? [one.value] : []));
  const { compared, named, places, labels: given, classes: at } = comparedOf(response, state, asked, scores.length > 0);
  const predicted = at?.map((value) => ({ kind: 'class', value }) as const) ?? read;
  const isScore = scores.length > 0 && at === undefined;
  const isClass = compared?.includes('class') ?? !isScore;
  const classified = isClass ? (at ?? classesOf(response, state)) : [];
  const classes = isScore && classified.every((one) => one === undefined) ? [] : classified.map((one) => one ?? null);
  const ms = serverMs(good);
  const known = (asked.labels ?? []).flatMap((label, row) =>
    label === undefined || typeof label === 'object' ? [] : [{ label, row }],
  );
  const losses = known.map(({ label, row }) =>
    isScore && typeof label === 'number'
      ? Math.abs((scores[row] ?? NaN) - label)
      : Number(!sameClass(predicted[row], label, classNames)),
  );
  // Numbers near the largest may add up to infinity.
  const loss = meanOf(losses);
  return {
    ...shared,
    ...(ms !== undefined && { ms }),
    ...(classes.length > 0 && { classes }),
    // A score that is no number is none: beside one of blue's, green's is then as far off as can be.
    ...(isScore && scores.every(Number.isFinite) && { scores: scores.slice(0, MOST_SCORES).map(rounded) }),
    ...(given && { labels: given.map((row) => [...row]) }),
    ...(named.length > 0 && { measures: Object.fromEntries(named) }),
    ...(places.length > 0 && { values: places }),
    ...(losses.length > 0 && Number.isFinite(loss) && { loss }),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

/**
 * What both versions say that they count of their answers, beside class and score; of one's own function nothing is
 * known.
 */
function comparedOf(
  response: InferResponse,
  { answers, config, task }: RolloutState,
  { rows }: ReplayRequest,
  isScore: boolean,
) {
  const { predictionOutput, measures: own, classNames, task: setting } = config.settings;
  const compared = answers?.nothing === undefined ? answers?.measures : undefined;
  // Scores that are dealt out to other classes have the same largest, and nearly the same sum: each place is compared
  // by itself.
  const byPlace = compared !== undefined && isOfVector(compared);
  const names = (compared ?? []).filter((name) => (byPlace ? !saidByPlaces(name) : name !== 'score' || !isScore));
  if (names.length === 0 && !byPlace) return { compared, named: [], places: [], labels: undefined, classes: undefined };
  const settings = { task: setting ?? task, predictionOutput, classNames, own };
  const most = Math.max(1, Math.floor(MOST_SCORES / Math.max(1, names.length)));
  const outputs = outputsOf(response);
  const { numbers, labels, classes } = measured(outputs, names, settings, rows, most);
  const places = byPlace ? placesOf(outputs, settings, rows, MOST_SCORES) : [];
  return {
    compared: byPlace ? names : compared,
    named: Object.entries(numbers).flatMap(([name, values]) => {
      const known = values.flatMap((value) => (value !== undefined && Number.isFinite(value) ? [rounded(value)] : []));
      // As of scores: a row without a number leaves none, and green's are then as far off as can be.
      return known.length === values.length && known.length > 0 ? [[name, known] as const] : [];
    }),
    places: places.map((row) => row.map((value) => (Number.isFinite(value) ? rounded(value) : null))),
    labels,
    classes: classes?.slice(0, MOST_SCORES),
  };
}

/** Names of errors whose message is Lambda's and not the function's. */
const BY_LAMBDA = /^(Runtime|Sandbox|Function|Extension)\./;

/**
 * What a version did in place of an answer. A message of its own may quote the request, and is told where values may
 * be.
 */
function failureInWords(answer: EndpointAnswer, mayQuote: boolean): string {
  if (answer.kind === 'crashed')
    return `crashed with ${mayQuote || BY_LAMBDA.test(answer.error) ? saidBy(answer) : answer.error}`;
  const { data } = errorBody.safeParse(answer.body);
  const said = mayQuote ? saidBy(answer) : (data?.code ?? 'what is no answer of the protocol');
  return `answered ${answer.status}: ${said}`;
}

/**
 * How long the server took: by its own word in `server-timing`; by Lambda's report at the end of the log; else as its
 * caller saw it. Undefined for the first request of an environment.
 */
export function serverMs({ answer, log }: LoggedAnswer): number | undefined {
  if (answer.kind !== 'answered') return undefined;
  const { timing } = answer;
  if (timing !== undefined) {
    const told = /(?:^|,\s*)total;dur=([\d.]+)/.exec(timing);
    if (told !== null) return finite(told[1]);
    if (/(?:^|,\s*)cold\b/.test(timing)) return undefined;
  }
  const report = log.findLast((line) => /^REPORT |"platform\.report"/.test(line));
  if (report === undefined) return answer.durationMs;
  if (/Init Duration|"initDurationMs"/.test(report)) return undefined;
  const found = /\tDuration: ([\d.]+) ms|"durationMs":([\d.]+)/.exec(report);
  return found === null ? answer.durationMs : finite(found[1] ?? found[2]);
}

/** A function of one's own may write what is no number. */
const finite = (text: string | undefined): number | undefined => {
  const ms = Number(text);
  return Number.isFinite(ms) ? ms : undefined;
};
