import type { ErrorName } from '../../lambdas/contract/errors';
import type { GateName } from '../../lambdas/domain/gates/names';
import type { Outcome } from '../../lambdas/domain/rollout';

export interface ExpectedRollout {
  readonly outcome: Outcome;
  readonly error?: ErrorName;
  readonly gate?: GateName;
  /** What the cause must say, so that the model is stopped for the right reason. */
  readonly cause?: RegExp;
  /** Whether users may see green before the end. */
  readonly traffic: 'none' | 'canary' | 'all at once';
  /** What a promotion must name as its proof. */
  readonly proof?: RegExp;
  /** The model file in service afterwards. */
  readonly liveAfter: string;
}

/** Folders of examples/kinds, and endpoints of their names. */
export const KINDS = ['fraud', 'prices'] as const;

export interface DemoRollout {
  /**
   * That of many users; the one of 20 requests a minute, and those of other kinds of models, whose rollouts run beside
   * it.
   */
  readonly endpoint: 'digits' | 'quiet' | (typeof KINDS)[number];
  readonly kind: 'upload' | 'rollback';
  /** The version that a rollback goes to. */
  readonly to?: string;
  /** A file of examples/digits or of its kind's folder; for a rollback the model that it goes back to. */
  readonly file: string;
  readonly why: string;
  readonly expected: ExpectedRollout;
}

const upload = (file: string, why: string, expected: ExpectedRollout): DemoRollout => ({
  ...{ endpoint: 'digits', kind: 'upload', why, expected },
  file: `${file}.onnx`,
});
const quietly = (file: string, why: string, expected: ExpectedRollout): DemoRollout => ({
  ...upload(file, why, expected),
  endpoint: 'quiet',
});

/** Where a kind has labels, they show what is wrong before any user. */
const ofKind = (endpoint: (typeof KINDS)[number], file: string, why: string, cause?: RegExp): DemoRollout => ({
  ...upload(
    file,
    why,
    cause === undefined
      ? { outcome: 'promoted-first', traffic: 'all at once', liveAfter: 'blue.onnx' }
      : { ...refused('ModelRejected', cause), liveAfter: 'blue.onnx' },
  ),
  endpoint,
});

const [V1, V2] = ['v1-baseline.onnx', 'v2-better.onnx'];

/** How a person knows a rollout. */
export const titleOf = ({ endpoint, kind, file }: Pick<DemoRollout, 'endpoint' | 'file' | 'kind'>): string => {
  const title = kind === 'rollback' ? `rollback to ${file}` : file;
  return endpoint === 'digits' ? title : `${endpoint}: ${title}`;
};

/** Refused before any user saw it. */
const refused = (error: ErrorName, cause: RegExp): ExpectedRollout => ({
  ...{ outcome: 'rejected', error, cause },
  ...{ traffic: 'none', liveAfter: V2 },
});

/** Passed its golden set, and stopped by the judge in the canary. */
const stopped = (gate: GateName, cause: RegExp, liveAfter = V2): ExpectedRollout => ({
  ...{ outcome: 'aborted', error: 'CanaryRegressed', gate, cause },
  ...{ traffic: 'canary', liveAfter },
});

/**
 * The demo: every way in which a rollout of these models should end. First the two failures that matter: models that
 * pass every check and are wrong to some users alone, the one with errors, the other without any.
 */
export const PLAN: readonly DemoRollout[] = [
  upload('v1-baseline', 'the first model of the endpoint', {
    ...{ outcome: 'promoted-first', traffic: 'all at once', liveAfter: V1 },
  }),
  upload('throws-on-dense', 'passes its golden set, fails on dense images', stopped('errors', /model errors?/, V1)),
  upload('skewed', 'passes its golden set, says "1" too often', stopped('predictions', /class 1 /, V1)),
  upload('v2-better', 'a better model', { outcome: 'promoted', traffic: 'canary', liveAfter: V2 }),
  upload('nan-on-dense', 'answers NaN on dense images', stopped('errors', /non-finite outputs?/)),
  upload('slow', 'right, but slow', stopped('latency', /slower than/)),
  upload('truncated', 'half a file', refused('ModelRejected', /./)),
  upload('wrong-input-shape', 'takes 32 numbers, not 64', refused('ModelRejected', /./)),
  upload('poor-accuracy', 'too little training', refused('ModelRejected', /accuracy/)),
  upload('v2-better', 'the model that is live', { outcome: 'already-live', traffic: 'none', liveAfter: V2 }),
  {
    endpoint: 'digits',
    kind: 'rollback',
    file: V1,
    why: 'a person goes back by number, as from the console',
    // Of the canaries before, each has put blue back already. The deploy published version 1, which has no model.
    to: '2',
    expected: { outcome: 'promoted', traffic: 'all at once', liveAfter: V1 },
  },
  quietly('v1-baseline', 'the first model of an endpoint with 20 requests a minute', {
    ...{ outcome: 'promoted-first', traffic: 'all at once', liveAfter: V1 },
  }),
  quietly('v2-better', 'a better model, proven by a replay before it has users', {
    ...{ outcome: 'promoted', traffic: 'canary', liveAfter: V2 },
    proof: /^replay of [\d,]+ requests \+ [\d,]+ live$/,
  }),
  quietly(
    'throws-on-dense',
    'fails on dense images, which the replay shows before any user does',
    refused('ModelRejected', /^replay of .+, before any user: errors: /),
  ),
  ofKind('fraud', 'blue', 'the first model of a DataFrame: numbers and text in, 0.5 % of rows are fraud'),
  ofKind('fraud', 'never-fraud', 'right on 99.5 % of the rows, because it never says fraud', /class 1: 0 of \d+ right/),
  ofKind('prices', 'blue', 'the first model that answers an amount'),
  ofKind('prices', 'three-percent-high', 'a good model of prices, and each 3 % too high', /bias \+/),
];
