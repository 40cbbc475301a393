import * as z from 'zod';
import { parseEndpointConfig } from '../../adapters/dynamodb/settings';
import type { Clock } from '../../adapters/sdk/context';
import {
  checkEndpointsInUse,
  liveAlias,
  type LiveAliasRequest,
  type EarlierTry,
  type Served,
} from '../../steps/live-alias';
import type { HandlerExtras } from './lambda-handler';

const aliasProperties = z.object({
  FunctionName: z.string().min(1),
  Endpoint: z.string().min(1),
  CodeFingerprint: z.string(),
  /** EndpointConfig as JSON text: CloudFormation would make its numbers strings. */
  Config: z.string(),
  /** Seconds that CloudFormation waits, as the endpoint's stack says. */
  ServiceTimeout: z.coerce.number().optional().catch(undefined),
  /** Whether its registration ends while a rollout runs: not where the rollout would go on without it. */
  WhileBusy: z.enum(['stop', 'refuse']).default('stop'),
});
/** Of the one resource that is asked before a deploy takes endpoints away. */
const servedProperties = z.object({ Served: z.record(z.string(), z.string()) });

/** A custom resource's request, as CloudFormation sends it. */
const request = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  RequestId: z.string().min(1),
  ResponseURL: z.url(),
  StackId: z.string().min(1),
  LogicalResourceId: z.string().min(1),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.union([servedProperties, aliasProperties]),
});

type Request = z.output<typeof request>;

/** What one event asks for, done with these ports. */
export function actsOn(ports: Parameters<typeof liveAlias>[0]) {
  const seen: EarlierTry = {};

  return {
    liveAlias: (request: LiveAliasRequest) => liveAlias(ports, request, seen),
    checkEndpointsInUse: (served: Served, stackId: string) => checkEndpointsInUse(ports, served, stackId),
  };
}
type CustomResourceActs = ReturnType<typeof actsOn>;

/**
 * A policy that CloudFormation has just written is not everywhere yet: for up to a minute a call may be refused that is
 * allowed. All acts are idempotent, so the whole is done again; with the last try that is well within the handler's
 * three minutes, and those within the time that CloudFormation waits.
 */
const POLICIES_SETTLE_MS = 60_000;
const RETRY_MS = 5_000;
const DENIED: readonly string[] = ['AccessDenied', 'AccessDeniedException'];

/**
 * Carries the request out and always answers: CloudFormation waits an hour for an answer that never comes. What failed
 * has been answered for, too, and is over: an event that Lambda sent once more would act after CloudFormation has put
 * all back. The physical id never changes, so no update ever replaces it.
 */
export async function answerCloudFormation(
  event: unknown,
  acts: CustomResourceActs,
  send: NonNullable<HandlerExtras['fetch']>,
  clock: Clock,
): Promise<string> {
  const asked = request.parse(event);
  const answer = (status: 'SUCCESS' | 'FAILED', reason: string) =>
    send(asked.ResponseURL, {
      method: 'PUT',
      body: JSON.stringify({
        Status: status,
        Reason: reason.slice(0, 1000),
        StackId: asked.StackId,
        RequestId: asked.RequestId,
        LogicalResourceId: asked.LogicalResourceId,
        PhysicalResourceId: asked.PhysicalResourceId ?? physicalId(asked),
      }),
    });
  try {
    refuseLate(asked, clock.now());
    const done = await whenPoliciesSettled(clock, () => carryOut(asked, acts));
    await answer('SUCCESS', done);
    return done;
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    await answer('FAILED', why);
    return `FAILED: ${why}`;
  }
}

/** CloudFormation stopped waiting for it, or would before it is over, and then nothing undoes it. */
class RequestLate extends Error {
  override readonly name = 'RequestLate';
}

/** What a request may take where rights come late. A deletion waits for none. */
const TAKES_S = { Create: 90, Update: 90, Delete: 10 } as const;

/**
 * Lambda drops what is older than this version's stacks wait for. The stack of an endpoint may be of a former one, and
 * wait for less. How old a request is says the signature of its URL; one without it is not refused.
 */
function refuseLate({ RequestType, ResourceProperties: properties, ResponseURL }: Request, now: number): void {
  const waits = 'Config' in properties ? properties.ServiceTimeout : undefined;
  const signed = new URL(ResponseURL).searchParams.get('X-Amz-Date') ?? '';
  const age = Math.round((now - Date.parse(isoOf(signed))) / 1000);
  if (waits === undefined || !(age + TAKES_S[RequestType] > waits)) return;
  throw new RequestLate(
    `Lambda kept this request back for ${age} s, and its stack waits ${waits} s for all. Nothing was changed: ` +
      `${RequestType === 'Delete' ? 'delete' : 'deploy'} it again. Stacks of this version of the library wait longer.`,
  );
}

/** 20261130T141500Z */
const isoOf = (signed: string): string => signed.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');

async function whenPoliciesSettled(clock: Clock, act: () => Promise<string>): Promise<string> {
  const until = clock.now() + POLICIES_SETTLE_MS;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const refused = error instanceof Error && DENIED.includes(error.name);
      if (!refused || clock.now() + RETRY_MS > until) throw error;
      await clock.sleep(RETRY_MS);
    }
  }
}

const physicalId = ({ ResourceProperties: properties }: Request): string =>
  'Served' in properties ? 'endpoints-in-use' : `${properties.FunctionName}:live`;

async function carryOut(asked: Request, acts: CustomResourceActs): Promise<string> {
  const { ResourceProperties: properties, RequestType } = asked;
  if ('FunctionName' in properties) return acts.liveAlias(inOurWords(asked, properties));
  // With the app all endpoints go: deleting it is deliberate.
  return RequestType === 'Delete' ? 'nothing to do' : acts.checkEndpointsInUse(properties.Served, asked.StackId);
}

/** Throws `SettingsInvalid`, but not on deletion: what could not be created must still go. */
function inOurWords(
  { RequestType, RequestId, StackId: stackId }: Request,
  { FunctionName, Endpoint, CodeFingerprint, Config, WhileBusy }: z.output<typeof aliasProperties>,
): LiveAliasRequest {
  if (RequestType === 'Delete')
    return {
      requestType: RequestType,
      requestId: RequestId,
      endpoint: Endpoint,
      functionName: FunctionName,
      stackId,
      whileBusy: WhileBusy,
    };
  return {
    requestType: RequestType,
    requestId: RequestId,
    functionName: FunctionName,
    endpoint: Endpoint,
    config: { ...parseEndpointConfig(Config, `The Config property of endpoint ${Endpoint}`), stackId },
    fingerprint: CodeFingerprint,
  };
}
