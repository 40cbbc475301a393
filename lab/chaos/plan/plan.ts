import type { HandlerName } from '../../../lib/handlers';
import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';
import type { ChaosModel } from './chaos-model';
import type { Harm } from './draw-model';
import type { Incidents, SickPlan, Window } from './incidents';

/** Times of a plan are milliseconds since its faults begin. */
export interface ChaosPlan {
  readonly seed: number;
  readonly endpoints: readonly EndpointPlan[];
  readonly uploads: readonly UploadPlan[];
  readonly starts: readonly StartPlan[];
  /** What people do through the operations of the command line. */
  readonly operations: readonly OperationPlan[];
  /** A person invokes the teardown beside its schedule. */
  readonly teardownsAtMs: readonly number[];
  /** The app is deployed again with changed functions. */
  readonly redeployAtMs?: number;
  readonly waves?: WavesPlan;
  /** One right of the function that the deploy asks is not everywhere at first; `pick` among its rights, 0..1. */
  readonly policiesSettle?: { readonly afterMs: number; readonly pick: number };
  readonly faults: FaultPlan;
  readonly incidents: Incidents;
  readonly wayOut: WayOutPlan;
}

/** Deploys of other code of the model server, one after the other, and moments at which a person resumes them. */
export interface WavesPlan {
  readonly deploysAtMs: readonly number[];
  readonly resumesAtMs: readonly number[];
}

/** When all is over the live version of an endpoint stops answering, and people look for a way out. */
export interface WayOutPlan {
  readonly endpoint: string;
  readonly how: SickPlan['how'];
  readonly first: 'rollback' | 'upload';
}

export interface EndpointPlan {
  readonly name: string;
  readonly settings: Partial<EndpointSettingsInput>;
  readonly traffic: TrafficPlan;
  /** Requests that there are to replay. */
  readonly replay: ReplayPlan;
  /** A good first model is live before anything fails; without one the first rollout meets the faults. */
  readonly served: boolean;
}

export interface ReplayPlan {
  /** In the samples file, which every endpoint's role may read. */
  readonly samples: number;
  readonly labelled: boolean;
  readonly captured: number;
}

export interface TrafficPlan {
  readonly requestsPerMinute: number;
  readonly shape: 'steady' | 'comes and goes' | 'bursts';
  /** Share of its answers that users label. */
  readonly labelled: number;
}

export interface UploadPlan {
  readonly atMs: number;
  readonly endpoint: string;
  readonly file: string;
  readonly model: ChaosModel;
  /** Harmful beyond doubt in this way: no judge may let it live. */
  readonly harm?: Harm;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An execution that a person starts. */
export interface StartPlan {
  readonly atMs: number;
  readonly input: unknown;
}

/** An operation that a person asks for, and again each minute while it is refused. */
export interface OperationPlan {
  readonly atMs: number;
  readonly endpoint: string;
  readonly what: 'promote' | 'approve' | 'reject' | 'abort' | 'postpone' | 'postpone no longer';
  readonly tries: number;
}

export const FAULT_KINDS = [
  'call refused',
  'answer lost',
  'throttling burst',
  'slow call',
  'step crashed',
  'step timed out',
  'execution stopped',
  'execution timed out',
  'event lost',
  'event doubled',
  'event late',
  'batch lost',
  'batch doubled',
  'batch late',
  'tick lost',
  'tick doubled',
  'stale list',
  'metrics late',
  'metrics partial',
  'metrics missing',
  'metrics wrong',
  'users throttled',
  'alias moved',
  'redrive',
  'model dies',
  'model crashes',
  'model slows',
  'model hangs',
  'shared outage',
  'metrics silent',
  'version deleted',
  'item deleted',
  'object deleted',
  'golden set replaced',
  'description replaced',
  'permission missing',
  'hostile callers',
  'uploads at once',
  'hand on the alias',
  'rolled back twice',
  'endpoint taken by a deploy',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultPlan {
  readonly untilMs: number;
  /** World milliseconds that every call takes. */
  readonly callMs: number;
  /** Share of call sites (handler and command) that fail at some of their calls. */
  readonly failingSites: number;
  /** Half of this handler's call sites fail, whatever the share is: each handler's turn comes in some runs. */
  readonly unlucky?: HandlerName;
  readonly slowSites: number;
  readonly bursts: readonly (Window & { readonly service: string; readonly share: number })[];
  readonly crashes: readonly CrashPlan[];
  readonly stops: readonly StopPlan[];
  readonly redriveShare: number;
  readonly events: Readonly<Record<'aws.s3' | 'aws.states', Shares>>;
  readonly ticks: Shares;
  /** Batches of the table's stream. */
  readonly batches: Shares;
  /** CloudFormation sends its requests to the custom resource a second time. */
  readonly requestsRepeated: boolean;
  /** The note of the upload that waits cannot be removed at the first try, so that it is found again later. */
  readonly waitingStays: boolean;
  readonly staleLists: number;
  readonly metrics?: MetricsPlan;
  readonly usersThrottled: readonly (Window & { readonly endpoint: string; readonly rate: number })[];
  readonly moves: readonly MovePlan[];
}

export interface Shares {
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
}

/** At the nth call of all of a handler's: its process exits, or hangs until Lambda's limit. */
export interface CrashPlan {
  readonly handler: HandlerName;
  readonly call: number;
  readonly how: 'step crashed' | 'step timed out';
}

export type StopPlan = {
  readonly how: 'execution stopped' | 'execution timed out';
} & (
  | { readonly at: 'time'; readonly atMs: number }
  /** Just before (or after) the nth call of a handler takes effect, which then takes so long that others act first. */
  | {
      readonly at: 'call';
      readonly handler: HandlerName;
      readonly call: number;
      readonly side: 'before' | 'after';
      readonly thenMs: number;
    }
);

export interface MetricsPlan extends Window {
  readonly kind: 'metrics late' | 'metrics partial' | 'metrics missing' | 'metrics wrong';
  readonly of: 'blue' | 'green' | 'both';
}

export interface MovePlan {
  readonly atMs: number;
  /** Just before this many-th write of the alias by the app after that moment, in place of the moment itself. */
  readonly beforeWrite?: number;
  readonly endpoint: string;
  /** Picks among the versions that exist then, 0..1. */
  readonly pick: number;
  readonly weight: number;
}
