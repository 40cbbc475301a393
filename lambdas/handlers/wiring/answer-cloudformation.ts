import * as z from 'zod';
import { parseEndpointConfig } from '../../contract/parse-endpoint-config';
import type { LiveAliasRequest } from '../../steps/live-alias';
import type { HandlerExtras } from './create-handler';

/** A custom resource's request, as CloudFormation sends it. */
const request = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  RequestId: z.string().min(1),
  ResponseURL: z.url(),
  StackId: z.string().min(1),
  LogicalResourceId: z.string().min(1),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.object({
    FunctionName: z.string().min(1),
    Endpoint: z.string().min(1),
    CodeFingerprint: z.string(),
    /** EndpointConfig as JSON text: CloudFormation would make its numbers strings. */
    Config: z.string(),
  }),
  OldResourceProperties: z.object({ CodeFingerprint: z.string() }).partial().optional(),
});

type Request = z.output<typeof request>;

/**
 * Carries the request out and always answers: CloudFormation waits an hour for an answer that never comes. The physical
 * id is the alias, so no update ever replaces it.
 */
export async function answerCloudFormation(
  event: unknown,
  act: (request: LiveAliasRequest) => Promise<string>,
  send: NonNullable<HandlerExtras['fetch']>,
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
        PhysicalResourceId: asked.PhysicalResourceId ?? `${asked.ResourceProperties.FunctionName}:live`,
      }),
    });
  try {
    const done = await act(inOurWords(asked));
    await answer('SUCCESS', done);
    return done;
  } catch (error) {
    await answer('FAILED', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    throw error;
  }
}

/** Throws `SettingsInvalid`, but not on deletion: what could not be created must still go. */
function inOurWords({ RequestType, RequestId, ResourceProperties, OldResourceProperties }: Request): LiveAliasRequest {
  const { FunctionName, Endpoint, CodeFingerprint, Config } = ResourceProperties;
  if (RequestType === 'Delete') return { requestType: RequestType, endpoint: Endpoint };
  const oldFingerprint = OldResourceProperties?.CodeFingerprint;
  return {
    requestType: RequestType,
    requestId: RequestId,
    functionName: FunctionName,
    endpoint: Endpoint,
    config: parseEndpointConfig(Config, `The Config property of endpoint ${Endpoint}`),
    fingerprint: CodeFingerprint,
    ...(oldFingerprint !== undefined && { oldFingerprint }),
  };
}
