import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type AdapterContext, lambdaContext, make } from '../../lambdas/adapters/sdk/context';
import { ENV, TEARDOWN_FUNCTION } from '../../lambdas/contract/names';
import { type OperationNeeds, operationNeeds } from '../../lambdas/operations/needs';
import { functionOf } from '../template';
import type { EmbeddedApp } from './embedded-app';
import { RECORDING_FILE, recordingOf } from './recording';

/** The ports of a person who works on an embedded app. `teardown`: the logical id of its function. */
export const portsOfPerson = (app: EmbeddedApp, teardown: string): OperationNeeds =>
  make(operationNeeds, contextOfPerson(app, teardown));

/** What the adapters of such a person are made from. */
function contextOfPerson(app: EmbeddedApp, teardown: string): AdapterContext {
  const { world } = app;
  const [table = ''] = world.stack.idsOf('AWS::DynamoDB::Table');
  const env = {
    [ENV.table]: world.stack.ref(table),
    [ENV.bucket]: app.bucket,
    [ENV.stateMachine]: app.stateMachineArn,
    [TEARDOWN_FUNCTION]: world.stack.ref(teardown),
  };
  return lambdaContext(world.user, env, { clock: world.clock });
}

/** An embedded app as commands and live pages take it. */
export function personIn(app: EmbeddedApp): { readonly ports: OperationNeeds; readonly context: AdapterContext } {
  const context = contextOfPerson(app, functionOf(app.template, 'teardown-idle'));
  return { context, ports: make(operationNeeds, context) };
}

/** Keeps the app's state in a folder, for `npx greenlight … --demo`. */
export async function saveRecording(app: EmbeddedApp, folder: string): Promise<void> {
  const recording = await recordingOf(personIn(app).ports);
  const file = join(folder, RECORDING_FILE);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(recording, undefined, 2)}\n`);
}
