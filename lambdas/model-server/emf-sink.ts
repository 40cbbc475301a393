import {
  FAILED_ANSWERS,
  MAX_ROWS_COUNTED,
  METRIC_DIMENSIONS,
  METRIC_NAMESPACE,
  METRICS,
  OTHER_REQUESTS,
} from '../contract/metric-names';
import { codeOf } from '../domain/cells';
import { MEMORY_METRIC } from '../domain/gates/names';
import { MINUTE_MS } from '../domain/minutes';
import type { Scored } from '../domain/feedback';
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
 * Lambda delivers an asynchronous invocation at least once: again after an error, and now and then without one, under
 * the id of the first (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). So many of
 * its last inferences an environment knows, and counts each once. Only Lambda makes these ids; those that callers
 * choose are no sign of a retry.
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

type Values = Readonly<Record<string, number | readonly number[] | undefined>>;

/** What the environment has in use, and what it is killed beyond. */
export interface Memory {
  readonly residentBytes: () => number;
  readonly limitBytes: number;
}

/** Within 10 % of its limit. */
const NEAR_LIMIT = 0.9;

/**
 * A reading takes as long as half the server's work for a small request, and memory does not change between two such.
 */
const READ_EVERY_MS = 100;

/**
 * Lambda kills an environment by what its processes hold: ours is all but a few megabytes of it. None away from Lambda.
 */
const memoryOf = ({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: megabytes }: NodeJS.ProcessEnv): Memory | undefined =>
  megabytes === undefined
    ? undefined
    : { residentBytes: () => process.memoryUsage.rss(), limitBytes: Number(megabytes) * 2 ** 20 };

/** 1 for each request near the limit; else a 0 in the first line of each minute, which says that it is measured. */
function nearLimit(memory: Memory | undefined): (request: RequestCounts) => number | undefined {
  let told: number | undefined;
  let readAt = -Infinity;
  let near = false;
  return ({ at, warmMs = READ_EVERY_MS }) => {
    if (memory === undefined) return undefined;
    const endedAt = at + warmMs;
    if (endedAt < readAt || endedAt >= readAt + READ_EVERY_MS) {
      readAt = endedAt;
      near = memory.residentBytes() >= NEAR_LIMIT * memory.limitBytes;
    }
    const minute = Math.floor(at / MINUTE_MS);
    if (!near && minute === told) return undefined;
    told = minute;
    return near ? 1 : 0;
  };
}

/**
 * Writes lines of CloudWatch embedded metric format to stdout: one per request, one or two per label. What users pay
 * for is each byte: no units, which no query needs, and no zeros but that of `F`, which says that a request was
 * counted, and one a minute of memory, which says that it is measured.
 * Straight to stdout, because a line with anything before its brace is no metric.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emfSink(
  write: (line: string) => void = toStdout,
  memory: Memory | undefined = memoryOf(process.env),
): MetricsSink {
  const near = nearLimit(memory);
  let otherIn: number | undefined;
  return {
    record: (counts) => {
      const { outcome, warmMs, answers, at } = counts;
      const codes = Object.entries(answers).map(([metric, cells]) => [metric, cells.map(codeOf)] as const);
      const values = {
        [METRICS.modelErrors]: outcome === 'model-error' ? 1 : 0,
        [METRICS.nonFiniteOutputs]: outcome === 'non-finite-output' ? 1 : undefined,
        // In hundredths, as Lambda reports its own durations.
        [METRICS.warmDuration]: warmMs === undefined ? undefined : Math.round(warmMs * 100) / 100,
        ...Object.fromEntries(codes.map(([metric, all]) => [metric, all.slice(0, MAX_ROWS_COUNTED)])),
        [MEMORY_METRIC]: near(counts),
      };
      write(lineOf(at, ofVersion(counts), values));
      // An answer may have more labels than rows.
      for (const [metric, all] of codes)
        for (let from = MAX_ROWS_COUNTED; from < all.length; from += MAX_ROWS_COUNTED)
          write(lineOf(at, ofVersion(counts), { [metric]: all.slice(from, from + MAX_ROWS_COUNTED) }));
      // A line of its own, which only a failure writes.
      if (outcome === 'model-error' || outcome === 'non-finite-output')
        write(lineOf(at, { [METRIC_DIMENSIONS.endpoint]: counts.endpoint }, { [FAILED_ANSWERS]: 1 }));
    },
    recordOther: (request) => {
      const { endpoint, at } = request;
      write(lineOf(at, { [METRIC_DIMENSIONS.endpoint]: endpoint }, { [OTHER_REQUESTS]: 1 }));
      const minute = Math.floor(at / MINUTE_MS);
      // That the version had some is said once a minute, so that its silence about the rest is no lack of numbers.
      if (minute !== otherIn) write(lineOf(at, ofVersion(request), { [METRICS.nonFiniteOutputs]: 0 }));
      otherIn = minute;
    },
    recordLabel: (counts) => {
      const { scored, delaySeconds, at } = counts;
      for (let first = 0; first < scored.length; first += MAX_ROWS_COUNTED) {
        const part = scored.slice(first, first + MAX_ROWS_COUNTED);
        const answers = part.flatMap((one) => ('right' in one ? [one.right] : []));
        const values = {
          [METRICS.squaredError]: part.flatMap((one) => ('squaredError' in one ? [one.squaredError] : [])),
          [METRICS.rightAnswers]: answers.map(Number),
          [METRICS.labelDelay]: answers.map(() => delaySeconds),
          [METRICS.wrongLabelDelay]: answers.filter((right) => !right).map(() => delaySeconds),
        };
        write(lineOf(at, ofVersion(counts), values));
      }
    },
  };
}

const toStdout = (line: string): void => void process.stdout.write(line);

const ofVersion = ({ endpoint, version }: Pick<RequestCounts, 'endpoint' | 'version'>) => ({
  [METRIC_DIMENSIONS.endpoint]: endpoint,
  [METRIC_DIMENSIONS.version]: version,
});

function lineOf(at: number, dimensions: Readonly<Record<string, string>>, all: Values): string {
  const values = Object.entries(all).flatMap(([name, value]) => {
    if (typeof value !== 'object') return value === undefined ? [] : [[name, value] as const];
    return value.length === 0 ? [] : [[name, value.length === 1 ? value[0] : value] as const];
  });
  const described = {
    Namespace: METRIC_NAMESPACE,
    Dimensions: [Object.keys(dimensions)],
    Metrics: values.map(([Name]) => ({ Name })),
  };
  const record = {
    _aws: { Timestamp: at, CloudWatchMetrics: [described] },
    ...dimensions,
    ...Object.fromEntries(values),
  };
  return `${JSON.stringify(record)}\n`;
}
