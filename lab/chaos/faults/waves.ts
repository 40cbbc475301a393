import { chooseUnfinished, resume } from '../../../lambdas/operations/resume';
import { personIn } from '../../../simulator/app/save-recording';
import type { ChaosStage } from '../world/stage';
import { templateWithCode } from '../world/templates';
import type { FaultRun } from './fault-run';

/** Deploys of other code, and a person who resumes them. */
export function deployInWaves(run: FaultRun): void {
  const { deploysAtMs = [], resumesAtMs = [] } = run.stage.plan.waves ?? {};
  deploysAtMs.forEach((atMs, index) => run.at(atMs, () => deploy(run, `code ${index + 1}`)));
  for (const atMs of resumesAtMs) run.at(atMs, () => resumeNow(run.stage));
}

/** One that fails is repeated when the faults are over. */
async function deploy(run: FaultRun, code: string): Promise<void> {
  const { stage, plan } = run;
  const template = templateWithCode(stage.plan.endpoints.length, code);
  stage.note(`a person deploys ${code}`);
  stage.story.codes.push({ at: stage.now, code });
  await stage.world.stack.deploy(template).catch((error: unknown) => {
    stage.note(`the deployment of ${code} fails: ${String(error)}`);
    stage.story.codes.push({ at: stage.now, code: 'unknown' });
    run.at(plan.untilMs + 1000, () => stage.world.stack.deploy(template));
  });
}

/** A person resumes what a bad end has stopped, with the very code of the command line. */
export async function resumeNow(stage: ChaosStage): Promise<void> {
  const { ports } = personIn(stage.app);
  const said = await chooseUnfinished(ports)
    .then(async (all) => [await resume(ports, all), all])
    .catch(String);
  stage.note(`a person resumes the deploy: ${JSON.stringify(said)}`);
  stage.story.resumes.push(stage.now);
}
