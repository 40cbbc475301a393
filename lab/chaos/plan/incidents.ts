import type { HandlerName } from '../../../lib/handlers';

export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * What goes wrong in the world around the app, by kind. A run may have incidents of one or two families, beside its
 * other faults or alone; a broken variant is tried with the family that provokes it.
 */
export const FAMILIES = [
  'sick models',
  'shared outage',
  'silence',
  'deletions',
  'missing permission',
  'callers',
  'crowd',
  'first models',
  'hands',
  'deploys',
  'replays',
  'hooks',
  'drills',
  'waves',
] as const;
export type Family = (typeof FAMILIES)[number];

/** A moment that a plan can name without knowing when rollouts run. */
export type Moment =
  | { readonly on: 'time'; readonly atMs: number }
  /** So long after the endpoint's first shift of traffic, promotion, rollout that ends badly, or question. */
  | { readonly on: 'canary' | 'promotion' | 'bad end' | 'question'; readonly afterMs: number };

interface OfEndpoint {
  readonly when: Moment;
  readonly endpoint: string;
}

/** A model that served well until now. */
export interface SickPlan extends OfEndpoint {
  readonly who: 'live' | 'green' | 'both';
  readonly how: 'dies' | 'crashes' | 'slows' | 'hangs';
  /** It recovers after so long. @default never */
  readonly forMs?: number;
}

/**
 * Something that all versions need fails, or is slow: each answers this share of requests with an error, and all so
 * much later.
 */
export interface OutagePlan extends OfEndpoint {
  readonly forMs: number;
  readonly errorRate: number;
  readonly slowMs: number;
}

/** CloudWatch holds nothing of a version, or of anything, for a while: readable again afterwards, or lost for good. */
export interface SilencePlan extends OfEndpoint {
  readonly forMs: number;
  readonly how: 'away' | 'lost';
  readonly of: 'blue' | 'green' | 'both';
  /** Only metrics whose name begins like this. @default all */
  readonly metric?: string;
}

/** A person tidies up. */
export interface DeletionPlan extends OfEndpoint {
  readonly what:
    | 'blue version'
    | 'old versions'
    | 'lock item'
    | 'record item'
    | 'live item'
    | 'settings item'
    | 'upload items'
    | 'live object'
    | 'green object'
    | 'target object'
    | 'golden set'
    | 'golden set replaced'
    | 'alias description';
  /** Settings come back with the next deployment. */
  readonly backAfterMs: number;
}

/** A role lacks one action for a while. */
export interface WithheldPlan extends Window {
  readonly handler: HandlerName;
  /** The role of the state machine, which may not invoke the handler's function. @default the handler's own role */
  readonly role?: 'workflow';
  /** Picks among the actions that the handler's role grants, 0..1. */
  readonly pick: number;
}

/** Callers who mean harm, or do it: more requests, or requests that others never send. */
export interface CallersPlan extends OfEndpoint {
  readonly forMs: number;
  readonly how: 'flood' | 'one class only' | 'refused requests' | 'forged labels' | 'oversize answers';
  /** Requests per minute. */
  readonly rate: number;
}

/** A person at a terminal or in the console. */
export interface HandPlan extends OfEndpoint {
  readonly what:
    'rolls back' | 'two roll back' | 'nudges the weight' | 'moves the alias away and back' | 'promotes and rolls back';
}

/** A person deploys an app without the endpoint, with it under another name, or served by another's function. */
export interface DeployPlan extends OfEndpoint {
  readonly what: 'takes it away' | 'renames it' | 'swaps its function';
}

/**
 * What becomes of calls of versions by the step that replays requests, from one of its calls on. Its crashes and stops
 * are among those of other steps.
 */
export interface ReplayCallsPlan {
  readonly how: 'call refused' | 'throttling burst' | 'answer lost' | 'slow call';
  readonly first: number;
  readonly count: number;
  /** What a slow one takes. */
  readonly ms: number;
}

export interface Incidents {
  readonly families: readonly Family[];
  readonly sick: readonly SickPlan[];
  readonly outages: readonly OutagePlan[];
  readonly silences: readonly SilencePlan[];
  readonly deletions: readonly DeletionPlan[];
  readonly withheld: readonly WithheldPlan[];
  readonly callers: readonly CallersPlan[];
  readonly hands: readonly HandPlan[];
  readonly deploys: readonly DeployPlan[];
  readonly replayCalls: readonly ReplayCallsPlan[];
}

export const NO_INCIDENTS: Incidents = {
  families: [],
  ...{ sick: [], outages: [], silences: [], deletions: [], withheld: [], callers: [], hands: [], deploys: [] },
  replayCalls: [],
};
