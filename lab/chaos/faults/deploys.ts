import type { DeployPlan } from '../plan/incidents';
import { templateFor, templateOf } from '../world/templates';
import type { Template } from '../../../simulator/template';
import type { Call } from '../../../simulator/hooks';
import { invocationNow } from '../world/invocation';
import { type FaultRun, siteOf } from './fault-run';

/** Deploys in the middle of a rollout that would take its endpoint, its name or its function away. */
export function deployOthers(run: FaultRun): void {
  for (const plan of run.stage.plan.incidents.deploys) run.when(plan.endpoint, plan.when, () => deployNow(run, plan));
}

async function deployNow(run: FaultRun, { endpoint, what }: DeployPlan): Promise<void> {
  const { stage } = run;
  // At rest it may be taken away, and a rollout whose execution has ended is at rest before the deploy asks.
  const lock = await stage.locks.readLock(endpoint).catch(() => undefined);
  const runs = (): boolean =>
    stage.world.executions.some(({ name, status }) => name === lock?.rolloutId && status === 'RUNNING');
  if (!runs()) return;
  const names = stage.plan.endpoints.map(({ name }) => name);
  const others = names.filter((name) => name !== endpoint);
  const template =
    what === 'swaps its function' && others[0] !== undefined
      ? swapped(templateFor(names.length), endpoint, others[0])
      : templateOf(what === 'renames it' ? [...others, 'renamed'] : others);
  run.log('endpoint taken by a deploy', `${endpoint}: ${what}`);
  const cancel = stage.world.hooks.onAfter((call, answer) => {
    if (isAskedForLock(call, endpoint) && !runs() && (answer as { readonly Item?: unknown }).Item === undefined)
      throw Object.assign(new Error('the rollout has ended: a person cancels the deploy'), { name: 'Stopped' });
  });
  const refused = await stage.world.stack.deploy(template).then(() => undefined, String);
  cancel();
  stage.note(`the deploy that ${what} (${endpoint}) ${refused === undefined ? 'succeeds' : `fails: ${refused}`}`);
  stage.story.deploys.push({ at: stage.now, endpoint, what, ...(refused !== undefined && { refused }) });
}

/** By a deploy that would take endpoints away, which may be seconds after it began: what is at rest by then may go. */
function isAskedForLock(call: Call, endpoint: string): boolean {
  if (siteOf(call) !== 'live-alias dynamodb.Get') return false;
  const { pk, sk } = call.input['Key'] as Readonly<Record<string, unknown>>;
  const { ResourceProperties: properties } = invocationNow()?.event as { ResourceProperties?: { Served?: object } };
  return pk === `ENDPOINT#${endpoint}` && sk === 'LOCK' && properties?.Served !== undefined;
}

/** Two endpoints, each served by the other's function. */
function swapped(template: Template, one: string, other: string): Template {
  const ids = Object.keys(template.Resources);
  const functionOf = (name: string): string =>
    ids.find((id) => new RegExp(`Endpoint${name}ServerFunction[0-9A-F]{8}$`).test(id)) ?? name;
  const [first, second] = [functionOf(one), functionOf(other)];
  const turned = (text: string): string =>
    text.replaceAll(first, 'THE_FIRST').replaceAll(second, first).replaceAll('THE_FIRST', second);
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) =>
      resource.Type.startsWith('Custom::')
        ? [id, JSON.parse(turned(JSON.stringify(resource))) as typeof resource]
        : [id, resource],
    ),
  );
  return { ...template, Resources };
}
