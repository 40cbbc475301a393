import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lambdaContext, make } from '../../lambdas/adapters/sdk/context';
import { ENV, HANDLER_METADATA, TEARDOWN_FUNCTION } from '../../lambdas/contract/names';
import { type OperationNeeds, operationNeeds } from '../../lambdas/operations/needs';
import type { Template } from '../template';
import type { EmbeddedApp } from './embedded-app';
import { RECORDING_FILE, recordingOf } from './recording';

/** The ports of a person who works on an embedded app. `teardown`: the logical id of its function. */
export function portsOfPerson(app: EmbeddedApp, teardown: string): OperationNeeds {
  const { world } = app;
  const [table = ''] = world.stack.idsOf('AWS::DynamoDB::Table');
  const env = {
    [ENV.table]: world.stack.ref(table),
    [ENV.bucket]: app.bucket,
    [ENV.stateMachine]: app.stateMachineArn,
    [TEARDOWN_FUNCTION]: world.stack.ref(teardown),
  };
  return make(operationNeeds, lambdaContext(world.user, env, { clock: world.clock }));
}

/** Keeps the app's state in a folder, for `npx greenlight … --demo`. */
export async function saveRecording(app: EmbeddedApp, template: Template, folder: string): Promise<void> {
  const isTeardown = (id: string) => template.Resources[id]?.Metadata?.[HANDLER_METADATA] === 'teardown-idle';
  const teardown = Object.keys(template.Resources).find(isTeardown) ?? '';
  const recording = await recordingOf(portsOfPerson(app, teardown));
  const file = join(folder, RECORDING_FILE);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(recording, undefined, 2)}\n`);
}
