import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { DeployedApp } from './deployed-app';
import type { DeployedUpload } from './endpoint';

/**
 * Delivers the event of an upload once more, as EventBridge does now and then ("at least once"): only AWS itself can
 * put events of S3 on the bus, so the function that the rule calls is called with it. Answers what the function says.
 *
 * @throws Error with the function's own error.
 */
export async function deliverAgain(app: DeployedApp, { key, versionId }: DeployedUpload): Promise<unknown> {
  const event = {
    version: '0',
    id: 'delivered-again',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    time: new Date().toISOString(),
    resources: [`arn:aws:s3:::${app.bucket}`],
    detail: {
      version: '0',
      bucket: { name: app.bucket },
      object: { key, 'version-id': versionId },
    },
  };
  const command = {
    FunctionName: app.handler('start-rollout'),
    Payload: JSON.stringify(event),
  };
  const { FunctionError, Payload } = await app.clients.lambda.send(new InvokeCommand(command));
  const said = Payload?.transformToString() ?? 'null';
  if (FunctionError !== undefined) throw new Error(`start-rollout failed: ${said}`);
  return JSON.parse(said) as unknown;
}
