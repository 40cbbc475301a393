import { siteOf, type FaultRun } from './fault-run';

type CallOutput = Record<string, unknown>;

/** Commands whose answers lag behind at AWS, or may. */
const LISTS = ['ListVersionsByFunction', 'ListAliases', 'ListObjectVersions', 'ListObjectsV2'];

/** Lists that say what was true when the same caller asked last. */
export function staleLists(run: FaultRun): void {
  const last = new Map<string, CallOutput>();
  const dice = run.dice.for('lists');
  run.stage.world.hooks.onAfter((call, answer) => {
    const site = siteOf(call);
    if (site === undefined || run.plan.staleLists === 0 || !LISTS.includes(call.command)) return;
    const key = `${site} ${JSON.stringify(call.input)}`;
    const before = last.get(key);
    last.set(key, { ...(answer as CallOutput) });
    if (!before || !run.active || !dice.chance(run.plan.staleLists)) return;
    run.logCall('stale list', call);
    for (const name of Object.keys(answer as CallOutput)) delete (answer as CallOutput)[name];
    Object.assign(answer as CallOutput, before);
  });
}
