import type { World } from '../../../simulator/world';
import type { HandlerName } from '../../../lib/handlers';
import type { HookName } from '../../../lambdas/contract/hooks';
import type { HookSays } from '../plan/draw-hooks';
import type { Harm } from '../plan/draw-model';
import type { FaultKind } from '../plan/plan';

/** A person's attempt to get out while the live version answers nothing. */
export interface Attempt {
  readonly what: 'rollback' | 'upload';
  readonly endpoint: string;
  /** Of the upload's object, or of the rollback's execution. */
  readonly id: string;
  /** The version that was live, and dead, when it began. */
  readonly dead: string;
  readonly at: number;
}

/** What was seen of a run while it ran. Times are the world's milliseconds since 1970. */
export interface Story {
  readonly aliases: AliasChange[];
  readonly injected: Injected[];
  readonly ends: ExecutionEnd[];
  readonly thrown: Thrown[];
  readonly deletions: Deletion[];
  /** Requests of users that Lambda itself could not give to a version. */
  readonly unserved: Unserved[];
  readonly denied: string[];
  /** What people tried when the live version of an endpoint was dead. */
  readonly attempts: Attempt[];
  /** Requests of users that a version was given, by the ten seconds. */
  readonly served: {
    readonly at: number;
    readonly endpoint: string;
    readonly version: string;
    readonly requests: number;
  }[];
  /** Stretches of time in which all versions of an endpoint failed together. */
  readonly outages: {
    readonly endpoint: string;
    readonly from: number;
    readonly until: number;
    readonly errorRate: number;
    readonly slowMs: number;
  }[];
  /** Stretches of time in which CloudWatch was silent. */
  readonly silences: {
    readonly from: number;
    readonly until: number;
    readonly partly: boolean;
    readonly lost: boolean;
  }[];
  /** Versions whose models changed for the worse, or recovered, as `endpoint:version`. */
  readonly sick: {
    readonly at: number;
    readonly where: string;
    readonly well: boolean;
    /** It answers nothing at all. */
    readonly dead: boolean;
  }[];
  readonly uploads: StoredUpload[];
  /**
   * Deploys that would take an endpoint, its name or its function away, and CloudFormation's words where they failed.
   */
  readonly deploys: {
    readonly at: number;
    readonly endpoint: string;
    readonly what: string;
    readonly refused?: string;
  }[];
  /** Deploys of other code of the model server; `unknown` from where one failed, or settings alone changed. */
  readonly codes: { readonly at: number; readonly code: string }[];
  /** When a person resumed one. */
  readonly resumes: number[];
  /** Floods of hostile callers, with their requests a minute. */
  readonly floods: {
    readonly endpoint: string;
    readonly from: number;
    readonly until: number;
    readonly rate: number;
  }[];
  /** What callers read of a live version that is dead. */
  readonly heard: { readonly endpoint: string; readonly said: string }[];
  /**
   * Deploys of other code that CloudFormation put back, because a right that came with them was not there for some
   * seconds.
   */
  readonly hasty: string[];
  /** What the users' function said to whom. */
  readonly hooked: {
    readonly at: number;
    readonly rolloutId: string;
    readonly hook: HookName;
    readonly says: HookSays;
  }[];
  /** Every write of a preview alias; green is that of the rollout whose step wrote. */
  readonly previews: (Pick<AliasChange, 'at' | 'functionName' | 'by' | 'rolloutId'> & {
    readonly version: string;
    readonly green?: string;
  })[];
  /** Rollouts whose approval a person gave. */
  readonly approved: Set<string>;
  /** Rollouts whose green a person promoted in the canary. */
  readonly promoted: Set<string>;
  /** Calls and failures by call site, `handler service.command`. */
  readonly sites: Map<string, SiteCount>;
  /** What people and users did, for the timeline. */
  readonly notes: { readonly at: number; readonly what: string }[];
}

export interface SiteCount {
  calls: number;
  before: number;
  after: number;
}

export interface AliasSays {
  readonly version: string;
  readonly weights: Readonly<Record<string, number>>;
}

/** What the alias says before its first change: the version without a model that the deployment published. */
export const AS_DEPLOYED: AliasSays = { version: '1', weights: {} };

export interface AliasChange {
  readonly at: number;
  readonly functionName: string;
  readonly before: AliasSays;
  readonly after: AliasSays;
  readonly by: HandlerName | 'person';
  readonly rolloutId?: string;
  /** The workflow's state as the handler got it. */
  readonly state?: unknown;
  /** Versions that the alias names now and that take no requests. */
  readonly notActive: readonly string[];
}

export interface Injected {
  readonly at: number;
  readonly kind: FaultKind;
  /** Call site, event or execution. */
  readonly where: string;
  readonly handler?: HandlerName;
  readonly rolloutId?: string;
}

export interface ExecutionEnd {
  readonly at: number;
  readonly id: string;
  readonly status: string;
  readonly error?: string;
}

export interface Thrown {
  readonly at: number;
  readonly handler: HandlerName;
  readonly error: string;
  readonly message: string;
  readonly rolloutId?: string;
}

export interface Deletion {
  readonly at: number;
  readonly functionName: string;
  readonly version: string;
  readonly by: HandlerName | 'person';
}

export interface Unserved {
  readonly at: number;
  readonly functionName: string;
  readonly requests: number;
  readonly why: string;
}

export interface StoredUpload {
  readonly at: number;
  readonly endpoint: string;
  readonly key: string;
  readonly versionId: string;
  /** Its metadata asks for a dry run. */
  readonly dryRun: boolean;
  readonly harm?: Harm;
}

export const newStory = (): Story => ({
  ...{ aliases: [], injected: [], ends: [], thrown: [], deletions: [], unserved: [], denied: [], uploads: [] },
  ...{
    floods: [],
    heard: [],
    hasty: [],
    deploys: [],
    codes: [],
    resumes: [],
    attempts: [],
    hooked: [],
    previews: [],
    outages: [],
    silences: [],
    sick: [],
    served: [],
  },
  ...{ approved: new Set(), promoted: new Set(), sites: new Map(), notes: [] },
});

/** Notes each call that a role refuses, but those whose right the plan has taken away. */
export function watchDenials({ permissions }: World, story: Story): void {
  const usual = permissions.check.bind(permissions);
  permissions.check = (...call) => {
    try {
      usual(...call);
    } catch (error) {
      const [logicalId, , required] = call;
      const taken = required.some(({ action, resource }) => permissions.withheld(logicalId, action, resource));
      if (!taken) story.denied.push(error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
}
