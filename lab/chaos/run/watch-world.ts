import { isDeepStrictEqual } from 'node:util';
import { LIVE_ALIAS, PREVIEW_ALIAS } from '../../../lambdas/contract/names';
import type { Call } from '../../../simulator/hooks';
import { siteOf } from '../faults/fault-run';
import { invocationNow } from '../world/invocation';
import type { ChaosStage } from '../world/stage';
import { type AliasSays, AS_DEPLOYED } from '../world/story';

/**
 * Writes down what happens to aliases, versions and executions. Comes before any fault, so that it sees every effect.
 */
export function watchWorld(stage: ChaosStage, onEnd: (executionName: string) => void): void {
  const { world, story } = stage;
  world.hooks.onBefore((call) => {
    const site = siteOf(call);
    if (site === undefined) return;
    const count = story.sites.get(site);
    if (count) count.calls += 1;
    else story.sites.set(site, { calls: 1, before: 0, after: 0 });
  });
  world.hooks.onAfter((call, answer) =>
    /^(Update|Create)Alias$/.test(call.command) && call.input['Name'] === LIVE_ALIAS
      ? aliasChanged(stage, call, answer)
      : undefined,
  );
  world.hooks.onAfter(({ command, input, caller }) => {
    if (!/^(Update|Create)Alias$/.test(command) || input['Name'] !== PREVIEW_ALIAS) return;
    const invocation = caller.kind === 'function' ? invocationNow() : undefined;
    const { green } = (invocation?.event ?? {}) as { readonly green?: { readonly version?: string } };
    story.previews.push({
      ...{ at: stage.now, functionName: String(input['FunctionName']), by: invocation?.handler ?? 'person' },
      version: String(input['FunctionVersion']),
      ...(invocation?.rolloutId !== undefined && { rolloutId: invocation.rolloutId }),
      ...(green?.version !== undefined && { green: green.version }),
    });
  });
  world.hooks.onAfter(({ command, input, caller }) => {
    const { FunctionName, Qualifier } = input as { FunctionName?: string; Qualifier?: string };
    if (command !== 'DeleteFunction' || FunctionName === undefined || Qualifier === undefined) return;
    const by = (caller.kind === 'function' && invocationNow()?.handler) || 'person';
    story.deletions.push({ at: stage.now, functionName: FunctionName, version: Qualifier, by });
  });
  const { events } = world;
  const emit = events.emit.bind(events);
  events.emit = (event) => {
    emit(event);
    if (event.source !== 'aws.states') return;
    const { name, status, error } = event.detail as { name: string; status: string; error?: string };
    if (status === 'RUNNING') return;
    story.ends.push({ at: stage.now, id: name, status, ...(error !== undefined && { error }) });
    if (status === 'SUCCEEDED') return;
    onEnd(name);
    const last = story.aliases.findLast(({ rolloutId }) => rolloutId === name);
    if (last !== undefined) stage.happened('bad end', last.functionName);
  };
}

async function aliasChanged(stage: ChaosStage, { input, caller }: Call, answer: unknown): Promise<void> {
  const { world, story, now } = stage;
  const functionName = String(input['FunctionName']);
  const { FunctionVersion: version = '', RoutingConfig } = answer as {
    readonly FunctionVersion?: string;
    readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
  };
  const after: AliasSays = { version, weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
  const before = story.aliases.findLast((change) => change.functionName === functionName)?.after ?? AS_DEPLOYED;
  const invocation = caller.kind === 'function' ? invocationNow() : undefined;
  const states = await Promise.all(
    [version, ...Object.keys(after.weights)].map((one) => stateOf(world, functionName, one)),
  );
  if (isDeepStrictEqual(before, after)) return;
  story.aliases.push({
    ...{ at: now, functionName, before, after, by: invocation?.handler ?? 'person' },
    ...(invocation?.rolloutId !== undefined && { rolloutId: invocation.rolloutId, state: stateIn(invocation.event) }),
    notActive: states.filter((one) => one !== undefined),
  });
  if (invocation?.handler === 'shift-traffic') stage.happened('canary', functionName);
  if (invocation?.handler === 'promote-green') stage.happened('promotion', functionName);
}

/** "7 is Pending", or undefined for an active version. */
async function stateOf(world: ChaosStage['world'], functionName: string, version: string): Promise<string | undefined> {
  const input = { FunctionName: functionName, Qualifier: version };
  const answer = (await world.services.lambda.call('GetFunctionConfiguration', input, { kind: 'user' })) as {
    State?: string;
  };
  return answer.State === 'Active' ? undefined : `${version} is ${answer.State}`;
}

/** A workflow's step gets the state itself, a restore gets it beside the execution. */
const stateIn = (event: unknown): unknown => {
  const { phase, state } = (event ?? {}) as { readonly phase?: unknown; readonly state?: unknown };
  return phase === undefined ? state : event;
};
