/** Names that synth time and run time share. A name that both sides must agree on is written here and nowhere else. */

/** The Lambda alias that callers use. */
export const LIVE_ALIAS = 'live';

/** The one that testers use: green from its verification on, else what is live. Its calls are counted nowhere. */
export const PREVIEW_ALIAS = 'preview';

/** The alias that keeps the version which a rollout may go back to from being deleted by any tool; it gets no calls. */
export const PROTECTING_ALIAS = 'greenlight-blue';

/** In place of a model's address in an execution's input: the model that is live when the rollout begins. */
export const LIVE_MODEL = 'live';

/** Key prefixes in the model bucket. */
export const MODELS_PREFIX = 'models/';
/** Golden sets; one that lies elsewhere is read too, and not kept from deletion by the bucket of another stack. */
export const GOLDEN_PREFIX = 'golden/';
/** Files of requests to replay, `samples/<endpoint>.jsonl.gz` unless the settings name another. */
export const SAMPLES_PREFIX = 'samples/';
export const ROLLOUTS_PREFIX = 'rollouts/';
/** Where a sample of live requests is kept for replay. */
export const CAPTURED_PREFIX = 'captured/';
/**
 * Where labels that users sent are kept, `labels/<days>d/<endpoint>/`: rules of deletion go by days, not by endpoints.
 */
export const LABELS_PREFIX = 'labels/';
/** Where servers of versions that were published before kept them. */
export const FORMER_LABELS_PREFIX = 'feedback/';

/** The tag of a role, a user or a session that may delete versions of models: `greenlight:may-delete` = `models`. */
export const MAY_DELETE_TAG = { key: 'greenlight:may-delete', value: 'models' } as const;

/**
 * The tag of every function that serves an endpoint; its value is the control plane's name, whose handlers may work on
 * it.
 */
export const PLANE_TAG = 'greenlight:plane';

/** CfnFunction metadata that names the handler, for tools that read the template. */
export const HANDLER_METADATA = 'greenlight:handler';
/** The value of that metadata on an endpoint that runs the built-in model server. */
export const MODEL_SERVER = 'model-server';

/** Environment variables of the handlers. */
export const ENV = {
  table: 'GREENLIGHT_TABLE',
  bucket: 'GREENLIGHT_BUCKET',
  topic: 'GREENLIGHT_TOPIC_ARN',
  stateMachine: 'GREENLIGHT_STATE_MACHINE_ARN',
  dashboard: 'GREENLIGHT_DASHBOARD',
  reconcileQueue: 'GREENLIGHT_RECONCILE_QUEUE_URL',
  teardownQueue: 'GREENLIGHT_TEARDOWN_QUEUE_URL',
  atOnce: 'GREENLIGHT_ROLLOUTS_AT_ONCE',
  waves: 'GREENLIGHT_ROLLOUT_WAVES',
} as const;
/** The teardown's function, for its callers: a person at a terminal, or the dashboard's buttons. */
export const TEARDOWN_FUNCTION = 'GREENLIGHT_TEARDOWN_FUNCTION';
/** The function that the dashboard's buttons call; unset where the dashboard only shows. */
export const ACT_FUNCTION = 'GREENLIGHT_ACT_FUNCTION_ARN';
/**
 * Stands in a dashboard for the endpoint that its reader names in the field above: the console puts that name in its
 * place.
 */
export const CHOSEN_ENDPOINT = 'endpoint-named-above';
/** How many chats and pagers are told, beside the subscribers of the topic. */
export const CHANNELS = 'GREENLIGHT_CHANNELS';

/** The table's key attributes. */
export const TABLE_KEYS = { partition: 'pk', sort: 'sk' } as const;
/** The partition of announcements that are not published yet; what is put there goes to the `announce` handler. */
export const OUTBOX_PARTITION = 'OUTBOX';

/** The error with which a rollback stops the execution of the rollout that runs. */
export const STOPPED_BY_ROLLBACK = 'StoppedByRollback';

/** The error with which the rollout of an endpoint is stopped that is taken away. */
export const ENDPOINT_REMOVED = 'EndpointRemoved';

/** The error with which a rollout that must wait for its turn asks to be asked again. */
export const ROLLOUT_WAITS = 'RolloutWaits';

/** The error with which a person's abort stops an execution; its cause says who and why. */
export const ABORTED_BY_PERSON = 'AbortedByPerson';

/** Error of an execution that the reconciler stops, as no answer can end its wait: a canary that would have failed. */
export const STOPPED_BY_JUDGE = 'CanaryRegressed';

/** Documents kept with each rollout, under ROLLOUTS_PREFIX/<endpoint>/<rollout>/. */
export const EVIDENCE_DOCUMENT = {
  replay: 'trace-replay.json',
  canary: 'trace-canary.json',
  watch: 'trace-watch.json',
} as const;
export const RECORD_DOCUMENT = 'record.json';
export const REPORT_DOCUMENT = 'report.html';

/** Rollouts that belong to no endpoint are recorded under this name. */
export const NO_ENDPOINT = 'none';

/**
 * The console of each of AWS's partitions. That of `aws` also has a host for each region, with the region in front;
 * China and GovCloud have none.
 */
export const CONSOLE_HOSTS = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
} as const;
export type Partition = keyof typeof CONSOLE_HOSTS;

/** Below the console's host. */
export const dashboardPath = (region: string, encodedName: string): string =>
  `cloudwatch/home?region=${region}#dashboards/dashboard/${encodedName}`;

/**
 * What every event has in common. Apart from the schema, which only the publisher needs: the steps that announce would
 * carry it in their bundles.
 */
export const EVENT_SOURCE = 'greenlight';
export const EVENT_DETAIL_TYPE = 'Greenlight Transition';

/**
 * A new member, a new transition or a new value of an open text raises the second number; a member that goes, or means
 * something else, raises the first. Readers of events ignore what they do not know.
 */
export const EVENT_SCHEMA_VERSION = '1.3';
/**
 * What an app of before announced may still lie in the table when it is deployed anew: read, and published as it is.
 */
export const EVENT_SCHEMA_VERSIONS = ['1.0', '1.1', '1.2', EVENT_SCHEMA_VERSION] as const;
