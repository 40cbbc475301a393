import type { Scored } from '../domain/feedback/score-label';
import type { AnswerCells } from '../domain/measures/count-answers';

/** What the server counts for one infer request through the live alias that reached the model. */
export interface RequestCounts {
  readonly endpoint: string;
  /** The executed version, such as `7`. */
  readonly version: string;
  /** When the request arrived, milliseconds since 1970: the minute in which Lambda counts the invocation. */
  readonly at: number;
  readonly outcome: 'answered' | 'model-error' | 'non-finite-output';
  /** What was counted of at most `MAX_ROWS_COUNTED` rows, by metric. */
  readonly answers: AnswerCells;
  /** Time of the whole request inside the handler, ms; absent when the environment was not warm. */
  readonly warmMs?: number;
}

/** What the server counts for one label that it took. */
export interface LabelCounts {
  readonly endpoint: string;
  /** The version that answered the request, which need not be the one that takes the label. */
  readonly version: string;
  /**
   * When the label arrived, milliseconds since 1970, and not when the answer was given: the judge takes a minute as
   * settled a few minutes after it, and a count that came into it hours later would never be seen.
   */
  readonly at: number;
  /** From the answer to the label. */
  readonly delaySeconds: number;
  /** Per labelled row; at most `MAX_ROWS_COUNTED`. */
  readonly scored: readonly Scored[];
}

/** Where the counts go: embedded metric format on AWS, something nearer elsewhere. */
export interface MetricsSink {
  record(counts: RequestCounts): void;
  /** A request through the live alias that was no inference, or that was refused. */
  recordOther(request: Pick<RequestCounts, 'endpoint' | 'version' | 'at'>): void;
  recordLabel(counts: LabelCounts): void;
}

/**
 * Lambda delivers an asynchronous invocation at least once: again after an error, and now and then without one, under the id of
 * the first (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). So many of its last inferences an
 * environment knows, and counts each once. Only Lambda makes these ids; those that callers choose are no sign of a retry.
 */
const REMEMBERED = 1_000;

/** Whether an id is seen for the first time. */
export function firstTimes(): (id: string) => boolean {
  const seen = new Set<string>();
  return (id) => {
    if (seen.has(id)) return false;
    const [oldest] = seen;
    if (seen.size >= REMEMBERED && oldest !== undefined) seen.delete(oldest);
    seen.add(id);
    return true;
  };
}
