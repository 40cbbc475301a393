import { InvokeCommand } from '@aws-sdk/client-lambda';
import { LIVE_ALIAS } from '../../../lambdas/contract/names';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import { goldenSet } from '../../../simulator/fake-model';
import { SICK } from '../faults/sick-models';
import { GOLDEN_KEY } from '../plan/draw-settings';
import type { ChaosStage } from '../world/stage';

const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The live version of one endpoint dies when nothing else is wrong any more: a default rollback, an upload, or one
 * after the other. What became of them is for the promises.
 */
export async function lookForWayOut(stage: ChaosStage): Promise<void> {
  const { world, plan, story } = stage;
  const { endpoint, first } = plan.wayOut;
  await world.runUntil(() => story.outages.every(({ until }) => until <= stage.now), { limitMs: DAY_MS });
  await world.run(stage.app.put(GOLDEN_KEY, JSON.stringify(goldenSet(24))));
  for (const what of first === 'upload' ? (['upload'] as const) : (['rollback', 'upload'] as const)) {
    const dead = await dies(stage, what);
    const at = stage.now;
    const id = what === 'rollback' ? await world.run(stage.rollBack(endpoint)) : await upload(stage, endpoint);
    story.attempts.push({ what, endpoint, id, dead, at });
    await world.runFor(MINUTE_MS);
    await world.runUntil(() => world.executions.every(({ status }) => status !== 'RUNNING'), { limitMs: DAY_MS });
    await world.runFor(6 * MINUTE_MS);
  }
}

/** The live version dies; where an upload that was told of late takes its place meanwhile, that one does. */
async function dies(stage: ChaosStage, what: string): Promise<string> {
  const { world, plan } = stage;
  const { endpoint, how } = plan.wayOut;
  for (;;) {
    const dead = await world.run(stage.liveVersion(endpoint));
    stage.sicken(endpoint, dead, { ...SICK[how] });
    stage.note(`version ${dead} of ${endpoint} ${how}: a person looks for a way out by ${what}`);
    await world.run(readAnswer(stage, endpoint));
    await world.runFor(3 * MINUTE_MS);
    await world.runUntil(() => world.executions.every(({ status }) => status !== 'RUNNING'), { limitMs: DAY_MS });
    if ((await world.run(stage.liveVersion(endpoint))) === dead) return dead;
  }
}

async function upload(stage: ChaosStage, endpoint: string): Promise<string> {
  await stage.world.run(stage.upload({ endpoint, file: 'fix.onnx', model: { name: 'fix' }, metadata: {} }));
  return stage.story.uploads.at(-1)?.versionId ?? '';
}

/** A caller reads what the live version says, now that it is dead. */
async function readAnswer(stage: ChaosStage, endpoint: string): Promise<void> {
  const command = new InvokeCommand({
    FunctionName: stage.functionOf(endpoint),
    Qualifier: LIVE_ALIAS,
    Payload: Buffer.from(
      JSON.stringify({ version: '2.0', rawPath: '/v2/health/ready', requestContext: { http: { method: 'GET' } } }),
    ),
  });
  const { Payload } = await stage.world.user.lambda.send(command).catch(() => ({ Payload: undefined }));
  stage.story.heard.push({ endpoint, said: Buffer.from(Payload ?? []).toString() });
}
