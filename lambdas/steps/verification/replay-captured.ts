import type { Adapters } from '../../adapters/adapters';
import type { EndpointAnswer } from '../../adapters/lambda/endpoint-calls';
import type { CapturedRequests } from '../../adapters/s3/captured-requests';
import { capturedReplay, type ReplayRequest } from '../../contract/replay';
import type { EndpointSettings } from '../../contract/endpoint-settings';
import { ModelRejected } from '../../contract/errors';
import type { InferResponse } from '../../contract/inference-protocol';
import { MAX_ROWS_COUNTED } from '../../contract/metric-names';
import type { RolloutState } from '../../contract/rollout-state';
import { goldenScore } from '../../domain/wrong-rows';
import { percent, score as asScore } from '../../domain/numbers';
import type { Prediction } from '../../domain/prediction';
import { type AnsweredClasses, type PredictionShift, classPairs, predictionShift } from '../../domain/prediction-shift';
import { comparable } from '../rollout/progress';
import { BLUE_SHARE_MS, boundedCalls } from './ask-blue';
import { answersOf, classesOf, goodAnswer, saidBy, predictionsOf } from './ask-version';

/** A kind of request that one user in a hundred sends is among them with 1 - 0.99^200 = 87 %. */
const MAX_REQUESTS = 200;
const MAX_BYTES = 32 * 1024 * 1024;

export interface ReplayResult {
  readonly note: string;
  readonly numbers: NonNullable<RolloutState['verification']>;
  /** Undefined when too little was compared. */
  readonly shift: PredictionShift | undefined;
  /** Why the model is refused for these numbers; undefined when it is not. */
  readonly refusal: ModelRejected | undefined;
}

interface Tally {
  asked: number;
  readonly pairs: AnswerPair[];
  /** Of every row that both answered. */
  readonly classes: AnsweredClasses[];
  readonly greenFailures: string[];
  /** Requests of blue's signature that `force` lets green refuse. */
  misfits: number;
  late: boolean;
}

/**
 * Green answers what users lately asked, wherever blue does. That the answers differ is told and refuses nothing: a
 * better model differs. Undefined where the endpoint keeps no requests.
 */
export async function replayCaptured(
  ports: Pick<Adapters, 'clock' | 'endpointCalls'> & {
    readonly capturedRequests: Pick<CapturedRequests, 'newestCaptured'>;
  },
  state: RolloutState,
  version: string,
): Promise<ReplayResult | undefined> {
  const { settings } = state.config;
  if (settings.captureSampleRate === 0) return undefined;
  if (!comparable(state))
    return nothing(`there is no blue to compare with${state.blue.silent === undefined ? '' : ' that answers'}`);
  const captured = await ports.capturedRequests.newestCaptured(settings.name, {
    requests: MAX_REQUESTS,
    bytes: MAX_BYTES,
  });
  if (captured.length === 0) return nothing('no request was captured yet');
  const kept = captured.map(({ key, text }) => capturedReplay(key, text)).filter((one) => one !== undefined);
  const tally = await askBoth(ports, state, version, kept);
  const answeredByBlue = tally.pairs.length + tally.greenFailures.length;
  const failed = tally.greenFailures.length;
  const { words, numbers } = compareAnswers(tally.pairs, settings);
  const also = [
    [tally.asked - answeredByBlue - tally.misfits, 'that blue does not answer'],
    [tally.misfits, "that do not fit green's inputs"],
    [captured.length - kept.length, 'malformed and skipped'],
  ] as const;
  const note = [
    `replayed ${tally.pairs.length} captured requests: ${words}`,
    ...also.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    ...(tally.late ? [`stopped after ${BLUE_SHARE_MS.replay / 1000} s`] : []),
  ].join(', ');
  return {
    note,
    numbers: { replayed: answeredByBlue, ...(failed > 0 && { replayFailed: failed }), ...numbers },
    shift: predictionShift('captured requests', tally.classes),
    refusal:
      failed === 0
        ? undefined
        : new ModelRejected(
            `replay: green failed ${failed} of ${answeredByBlue} captured requests that blue answers; first: ${tally.greenFailures[0]}`,
          ),
  };
}

const nothing = (why: string): ReplayResult => ({
  note: `no replay: ${why}`,
  numbers: {},
  shift: undefined,
  refusal: undefined,
});

async function askBoth(
  ports: Pick<Adapters, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  version: string,
  kept: readonly ReplayRequest[],
): Promise<Tally> {
  const tally: Tally = { asked: 0, pairs: [], classes: [], greenFailures: [], misfits: 0, late: false };
  const requests = kept.map(({ inputs }) => () => ({ inputs }));
  const greens = answersOf(ports, state, version, requests);
  const blue = boundedCalls(ports, BLUE_SHARE_MS.replay);
  for await (const blueAnswers of answersOf(blue, state, state.blue.version, requests)) {
    // The answers that blue's time cut off say nothing.
    tally.late = blue.isOver();
    if (tally.late) break;
    const { value: greenAnswers } = await greens.next();
    blueAnswers.forEach((answer, index) => {
      const one = kept[tally.asked]!;
      tally.asked += 1;
      count(tally, one, answer, greenAnswers?.[index], state);
    });
  }
  return tally;
}

function count(
  tally: Tally,
  { id, rows }: ReplayRequest,
  blueAnswer: EndpointAnswer,
  greenAnswer: EndpointAnswer | undefined,
  state: RolloutState,
): void {
  const blue = goodAnswer(blueAnswer);
  if (blue === undefined || greenAnswer === undefined) return;
  const green = goodAnswer(greenAnswer);
  if (green) {
    tally.pairs.push({ blue, green, rows: Math.min(rows, MAX_ROWS_COUNTED) });
    tally.classes.push(...classPairs(classesOf(blue, state), classesOf(green, state)));
  } else if (
    state.plan.force &&
    greenAnswer.kind === 'answered' &&
    greenAnswer.status >= 400 &&
    greenAnswer.status < 500
  )
    tally.misfits += 1;
  else {
    const did = greenAnswer.kind === 'crashed' ? 'crashed with' : `answered ${greenAnswer.status}:`;
    tally.greenFailures.push(`${id}, it ${did} ${saidBy(greenAnswer)}`);
  }
}

/** What both versions answered to one request. */
interface AnswerPair {
  readonly blue: InferResponse;
  readonly green: InferResponse;
  /** That the request asked about, of which a hundred are looked at. */
  readonly rows: number;
}

interface Comparison {
  readonly words: string;
  readonly numbers: { readonly replayAgreement?: number; readonly replayDifference?: number };
}

/** How alike the predictions are, row by row: blue's are taken for the right ones. */
function compareAnswers(
  pairs: readonly AnswerPair[],
  { predictionOutput, classNames }: Pick<EndpointSettings, 'predictionOutput' | 'classNames'>,
): Comparison {
  const blue: Prediction[] = [];
  const green: (Prediction | undefined)[] = [];
  for (const pair of pairs) {
    const greens = predictionsOf(pair.green, predictionOutput, pair.rows);
    predictionsOf(pair.blue, predictionOutput, pair.rows).forEach((prediction, row) => {
      blue.push(prediction);
      green.push(greens[row]);
    });
  }
  if (blue.length === 0) return { words: 'nothing to compare', numbers: {} };
  const task = blue.every(({ kind }) => kind === 'score') ? 'regression' : 'classification';
  const values = blue.map(({ value }) => value);
  const score = goldenScore(green, values, task, classNames);
  if (score.task === 'classification') {
    return {
      words: `same class for ${percent(score.accuracy)} of ${score.rows} rows`,
      numbers: { replayAgreement: score.accuracy },
    };
  }
  const difference = score.rootMeanSquaredError;
  // Infinite where green gives no score for a row, which only a forced signature allows.
  if (!Number.isFinite(difference)) return { words: 'the scores cannot be compared', numbers: {} };
  return {
    words: `root mean squared difference ${asScore(difference)} over ${score.rows} rows`,
    numbers: { replayDifference: difference },
  };
}
