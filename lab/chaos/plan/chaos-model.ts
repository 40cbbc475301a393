import type { NotReadyCode } from '../../../lambdas/contract/inference-protocol';
import { LIVE_ALIAS } from '../../../lambdas/contract/names';
import type { ServerRules } from './server-rules';
import type { FakeModel } from '../../../simulator/fake-model';
import type { FunctionRuntime, RuntimeVersion } from '../../../simulator/runtime/function-runtime';
import type { EngineClock } from '../../../simulator/clock';

/** A made-up model with what only incidents do. */
export interface ChaosModel extends FakeModel {
  /** Every call takes so long. */
  readonly hangsMs?: number;
  /** It is ready and describes itself, and fails every request. */
  readonly mute?: true;
}

/** The same server, whose hanging models let the world's time pass, and whose mute ones answer no request. */
export function sickServer(
  server: FunctionRuntime,
  clock: () => EngineClock,
  modelOf: (version: RuntimeVersion) => ChaosModel | undefined,
  fails: (version: RuntimeVersion) => boolean,
  tells: ServerRules['tells'],
): FunctionRuntime {
  return {
    ...server,
    invoke: async (version, events, context) => {
      const { hangsMs, mute } = modelOf(version) ?? {};
      if (hangsMs !== undefined) {
        const timeoutMs = version.timeoutSeconds * 1000;
        await clock().sleep(Math.min(hangsMs, timeoutMs));
        if (hangsMs >= timeoutMs) return events.map(() => ({ ok: true, payload: null, logs: [], durationMs: hangsMs }));
      }
      if (events.some(asksToInfer) && fails(version)) return events.map(() => OUTAGE);
      const answers = await server.invoke(version, events, context);
      const results = context.invokedFunctionArn.endsWith(`:${LIVE_ALIAS}`)
        ? answers.map((answer) => asTold(answer, version, tells))
        : answers;
      if (!mute) return results;
      return results.map((result, index) => (asksToInfer(events[index]) ? refused(result) : result));
    },
  };
}

/** Why a model is not ready is said with where it is stored: in the log, and to who asks a version by its number. */
function asTold(answer: Result, { environment }: RuntimeVersion, tells: ServerRules['tells']): Result {
  if (!answer.ok) return answer;
  const payload = answer.payload as { readonly statusCode?: number; readonly body?: string };
  if (payload.statusCode !== 503 || environment['GREENLIGHT_MODEL_BUCKET'] === undefined) return answer;
  const { code } = JSON.parse(payload.body ?? '') as { readonly code: NotReadyCode };
  const stored = `s3://${environment['GREENLIGHT_MODEL_BUCKET']}/${environment['GREENLIGHT_MODEL_KEY']}`;
  const message = `${stored}?versionId=${environment['GREENLIGHT_MODEL_VERSION_ID']} cannot be loaded`;
  return { ...answer, payload: { ...payload, body: JSON.stringify({ error: tells({ code, message }), code }) } };
}

const OUTAGE = { ok: false, errorType: 'Error', errorMessage: 'connect ETIMEDOUT', logs: [], durationMs: 20 } as const;

type Result = Awaited<ReturnType<FunctionRuntime['invoke']>>[number];

const asksToInfer = (event: unknown): boolean => String((event as { rawPath?: string }).rawPath).endsWith('/infer');

function refused(result: Result): Result {
  if (!result.ok) return result;
  const body = JSON.stringify({ error: 'The model failed', code: 'ModelFailed' });
  return { ...result, payload: { ...(result.payload as object), statusCode: 500, body } };
}
