/**
 * Where the expectations are checked: in the embedded engine, MiniStack as it comes, and MiniStack behind our gateway.
 */
export type Place = 'embedded' | 'MiniStack' | 'gateway';

/** Something that a place does otherwise than AWS. */
export interface Difference {
  /** The expectation's name. */
  readonly expectation: string;
  readonly where: readonly Place[];
  /** What happens there instead. */
  readonly instead: string;
  /** What the check says when it fails for that reason and no other. */
  readonly seen: RegExp;
}

/** The gateway supplies what AWS does. */
const MENDED = ['MiniStack'] as const;
/** The gateway does not supply it either. */
const BOTH = ['MiniStack', 'gateway'] as const;

const TAKEN = /promise resolved instead of rejected/;

const row = (expectation: string, where: readonly Place[], instead: string, seen = TAKEN): Difference => ({
  ...{ expectation, where, instead, seen },
});

const ALIASES = [
  row('an alias is not created on a version that is not there', MENDED, 'it is created'),
  row('a third version is refused', MENDED, 'it is taken'),
  row('$LATEST gets no weight', MENDED, 'it gets one'),
  row('an alias with weights cannot stand on $LATEST', MENDED, 'it can'),
  row('a weight beyond 0 to 1 is refused', MENDED, 'it is taken'),
  row('a version that is not there gets no weight', MENDED, 'it gets one'),
  row('an alias does not move to a version that is not there', MENDED, 'it does'),
  row("the alias' own version gets no weight beside itself", MENDED, 'it gets one'),
  row('versions of two execution roles share no alias', MENDED, 'they do'),
  row('aliases of one version alone can be listed', BOTH, 'all are listed', /\+ {3}"live"/),
];

const VERSIONS = [
  row('the revision that was read after an update publishes, the one before does not', MENDED, 'any revision does'),
  row("the code's own hash publishes, another is refused and named", MENDED, 'any hash publishes'),
  row('an environment beyond 4 KB is refused', BOTH, 'it is taken'),
  row(
    'the revision moves with an update, and again when it is done',
    BOTH,
    'it moves once: an update is done at once',
    /Received: .*2/,
  ),
  row('publishing moves the revision of $LATEST', BOTH, 'it stays', /Expected: not/),
  row('another description of the function makes one', BOTH, 'it makes none', /Received: .*"1"/),
  row(
    'a version that an alias names gets provisioned concurrency, and then the alias gets none of its own',
    BOTH,
    'it gets some',
  ),
  row('an alias that has provisioned concurrency keeps its version from having any', BOTH, 'it gets some'),
  row('$LATEST is not deleted on its own', BOTH, 'the call answers as if it were'),
  row('$LATEST gets no provisioned concurrency', BOTH, 'it gets some'),
  row('an alias with weights gets no provisioned concurrency', BOTH, 'it gets some'),
  row(
    'every provisioned concurrency is listed by the ARN of its version',
    MENDED,
    'the list is not known: the call is taken for another',
    /No Provisioned Concurrency Config found/,
  ),
];

const INVOCATIONS = [
  row('a weight of 1 sends everything to the second version', MENDED, 'weights are kept and not used', /\+ {3}"1"/),
  row('a weight of one half sends some to each version', MENDED, 'weights are kept and not used', /- {3}"2"/),
  row(
    "what a function throws is its answer, under the error's name",
    MENDED,
    'every error is Runtime.HandlerError',
    /\+ {3}"errorType": "Runtime.HandlerError"/,
  ),
  row('a payload that is no JSON is refused', BOTH, 'the function runs'),
];

const OBJECTS = [
  row('a copy that is asked for a SHA-256 has that of its bytes', BOTH, 'it has none', /Received: undefined/),
  row(
    'a text that cannot be a version id is refused',
    BOTH,
    'it is 404, as an unknown version',
    /"httpStatusCode": 404/,
  ),
];

const EXECUTIONS = [
  row('the same start again while it runs is the same execution', BOTH, 'the name is taken', /ExecutionAlreadyExists/),
  row('a name beyond 80 characters or with others is refused', BOTH, 'any name is taken'),
  row('an input that is no JSON is refused', BOTH, 'the execution starts'),
  row('a machine beyond its time is TIMED_OUT', BOTH, "the machine's TimeoutSeconds does nothing", /ends: not within/),
  row(
    'a task gives what the function answered, with the version and status',
    BOTH,
    'without ExecutedVersion',
    /- {3}"ExecutedVersion": "\$LATEST"/,
  ),
  row(
    "a thrown error ends the execution under the error's own name",
    MENDED,
    'every error is Runtime.HandlerError',
    /\+ {3}"error": "Runtime.HandlerError"/,
  ),
  row(
    'a Catch by name takes the error, with its cause as text',
    MENDED,
    'every error is Runtime.HandlerError',
    /Expected: "digits"/,
  ),
  row('a Retry by name tries again', MENDED, 'every error is Runtime.HandlerError', /"FAILED"/),
  ...[
    'a redrive goes on at the state that failed, under the same ARN',
    'an execution that was stopped can be redriven',
    'an execution that succeeded is not redriven',
  ].map((name) => row(name, BOTH, 'there is no RedriveExecution', /InvalidAction/)),
];

const EVENTS = [
  row(
    'an upload is an event that names bucket, key, size, ETag and version',
    MENDED,
    'without the version',
    /- +"version-id"/,
  ),
  row(
    'each write of the same key is an event, and later ones sort after',
    MENDED,
    'without the version',
    /- +"[\w-]+",/,
  ),
  row('an execution that is stopped is an event', BOTH, 'without error and cause', /\+ {3}"error": null/),
  row('an execution beyond its time is an event', BOTH, "the machine's TimeoutSeconds does nothing", /not within/),
];

const METRICS = [
  row(
    'PR is the percentage of values in a range, beyond its lower bound and up to its upper one',
    MENDED,
    'the average',
    /\+ {3}5\.5/,
  ),
  row('PR counts each class of a classifier by its index', MENDED, 'the average', /\+ {3}1\.2/),
  row('TC is the number of values beyond a limit', MENDED, 'the average', /\+ {3}290/),
  row('the newest comes first unless it is asked otherwise', MENDED, 'the oldest comes first', /Expected +- 2/),
  row(
    'dimensions are one name: fewer or others find nothing',
    BOTH,
    'a query without dimensions finds every series of the name',
    /Received: 1/,
  ),
  row('two queries of one id, or more than 500, are refused', BOTH, 'they are answered'),
  row('a range that ends before it begins is refused', BOTH, 'it is answered, empty'),
  ...[
    'what goes through an alias is counted under the version that ran',
    'an alias as a whole and the function as a whole are counted too',
    'a version that is invoked itself is not counted under the alias',
    'what a function throws is an error, and an invocation',
  ].map((name) => row(name, MENDED, 'nothing is counted under aliases and versions', /Invocations is \d: not within/)),
  row(
    'log lines in embedded metric format become metrics',
    MENDED,
    'they stay log lines',
    /SampleCount of Predicted is 3: not within/,
  ),
];

const NOTICES = [
  row('an empty message is refused', BOTH, 'it is published'),
  row('a subject beyond 100 characters, or of more than one line, is refused', BOTH, 'it is published'),
];

/** Every known difference, as found in MiniStack 1.5.33. The suite holds each: what was mended must go from here. */
export const DIFFERENCES: readonly Difference[] = [
  ...[ALIASES, VERSIONS, INVOCATIONS, OBJECTS, EXECUTIONS, EVENTS, METRICS, NOTICES].flat(),
];
