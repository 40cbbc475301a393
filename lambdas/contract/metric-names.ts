/**
 * The metrics that the model server emits and the judge counts. Namespace and dimensions must match to the letter: a
 * query with another dimension finds no data and says so only by silence.
 *
 * What every request writes has names of one letter. A name stands twice in a line of embedded metric format, and lines
 * cost more than a small model's compute: with words instead a request's line has 298 bytes, so 204. Graphs have labels
 * in words.
 */
export const METRIC_NAMESPACE = 'Greenlight';

/** Endpoint and executed version: exactly these two, in this order; a third would be another, empty series. */
export const METRIC_DIMENSIONS = { endpoint: 'E', version: 'V' } as const;

/**
 * Only infer requests through the live alias are counted. One that was answered 4xx is not, because the caller was at
 * fault, nor is one for anything else than an answer; so the sample count of `F` may be less than Lambda's
 * `Invocations`, and is what shares of failures are taken of. One that ended in a thrown error emits nothing: Lambda's
 * `Errors` has it. Of requests that are not counted one a minute and environment emits a zero of `NonFiniteOutputs`
 * alone, which tells a minute that had no other from one whose counts have not arrived.
 */
export const METRICS = {
  /** Failed: 1 when the model failed, was not ready (503) or answered more than Lambda can carry, else 0. */
  modelErrors: 'F',
  /** 1 when an output held NaN or an infinity, else absent; disjoint from `F`. */
  nonFiniteOutputs: 'NonFiniteOutputs',
  /**
   * Answer: the predicted class, one value per row: its index as a cell, see `domain/cells.ts`. Former servers wrote
   * the index itself, as `C`.
   */
  predictedClass: 'A',
  /**
   * Warm: time of the whole request inside the handler, milliseconds. Only of requests that came to a warm environment:
   * neither its first one nor one that waited for the model to load. Failures that were answered have one, thrown
   * errors have none.
   */
  warmDuration: 'W',
  /**
   * Of a label that a user sent: 1 when the answer was right, else 0, one value per labelled row. Its average is the
   * accuracy and its sample count the number of labels. The version is the one that answered, whichever took the label.
   */
  rightAnswers: 'RightAnswers',
  /** Seconds from the answer to its label, one value per labelled row of a classification. */
  labelDelay: 'LabelDelay',
  /** The same, of wrong answers alone: how many of the labels that came within any time were wrong. */
  wrongLabelDelay: 'WrongLabelDelay',
  /** Of a label of a regression: the square of what the score was off by. The root of its average is the RMSE. */
  squaredError: 'SquaredError',
} as const;

/**
 * What former servers of this project wrote with each request, newest first, with its dimensions of endpoint and
 * version. The judge does not read them: they only tell why nothing of such a version is counted.
 */
export const FORMER_METRICS = [
  { metric: 'C', endpoint: 'E', version: 'V' },
  { metric: 'ModelErrors', endpoint: 'Endpoint', version: 'Version' },
] as const;

/**
 * How many of an endpoint's live and rollback versions cannot be used: gone, not Active, or their model cannot be read.
 * From the reconciler, with the endpoint as its only dimension, and only while it is not 0: no data means that all is
 * well.
 */
export const UNAVAILABLE_VERSIONS = 'UnavailableVersions';

/**
 * 1 for each endpoint of which a rollout ended as `not-restored`, in an hour from then, and beyond it as long as its
 * green has traffic. From the reconciler, without any dimension, so that one alarm hears of all endpoints; the notice
 * names which.
 */
export const NOT_RESTORED = 'NotRestored';

/**
 * 1 for each infer request through the live alias whose answer was the model's failure, not ready or not finite. With
 * the endpoint as its only dimension, for the endpoint's alarm, and only where there is one: no data means that none
 * failed.
 */
export const FAILED_ANSWERS = 'FailedAnswers';

/**
 * 1 for each request through the live alias that the model was not asked: health checks, metadata, labels, and what was
 * refused as its caller's mistake. With the endpoint as its only dimension; the alarm's share is of the others. Nothing
 * where none come.
 */
export const OTHER_REQUESTS = 'OtherRequests';

/** The deployer's own numbers: one of each for a rollout that ended, so that they cost nothing in hours without one. */
export const ROLLOUT_METRICS = {
  /** 1, by outcome. */
  rollouts: 'Rollouts',
  minutes: 'RolloutMinutes',
  /** Of a rollout that asked a person. */
  waitedMinutes: 'WaitedForPeopleMinutes',
  /** Of one that the judge stopped: from the beginning of the first bad minute until blue alone was in service. */
  secondsToBlue: 'SecondsToBlueAlone',
  /** 1 when it ended for want of proof, else 0: the average is their share. */
  insufficientEvidence: 'InsufficientEvidence',
} as const;
/** The app is its state machine's name. Endpoints are no dimension: there may be a thousand. */
export const ROLLOUT_DIMENSIONS = { app: 'App', outcome: 'Outcome' } as const;

/** CloudWatch keeps at most 100 values of a metric in one embedded-metric event: later rows are not counted. */
export const MAX_ROWS_COUNTED = 100;

export { OTHER_CLASS_INDEX } from '../domain/prediction';
