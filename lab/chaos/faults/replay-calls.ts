import { countFailure, ERRORS, LOST } from './call-faults';
import { type FaultRun, siteOf } from './fault-run';

const SITE = 'replay-traffic lambda.Invoke';

/** Calls of both versions in the middle of a replay are refused, lose their answers, or take long. */
export function disturbReplays(run: FaultRun): void {
  const { hooks, clock } = run.stage.world;
  let calls = 0;
  const nths = new WeakMap<object, number>();
  const plansOf = (call: object) => {
    const nth = nths.get(call) ?? 0;
    return run.active ? run.stage.plan.incidents.replayCalls.filter((one) => hits(one, nth)) : [];
  };
  hooks.onBefore(async (call) => {
    if (siteOf(call) !== SITE) return;
    nths.set(call, (calls += 1));
    for (const { how, ms } of plansOf(call)) {
      if (how === 'answer lost') continue;
      run.logCall(how, call);
      if (how === 'slow call') {
        await clock.sleep(ms);
        if (clock.scopes.killed()) throw LOST;
        continue;
      }
      countFailure(run, SITE, 'before');
      const [throttled, failed] = ERRORS.lambda;
      throw how === 'throttling burst' ? throttled : (failed ?? throttled);
    }
  });
  hooks.onAfter((call) => {
    if (siteOf(call) !== SITE || !plansOf(call).some(({ how }) => how === 'answer lost')) return;
    run.logCall('answer lost', call);
    countFailure(run, SITE, 'after');
    throw LOST;
  });
}

const hits = ({ first, count }: { readonly first: number; readonly count: number }, nth: number): boolean =>
  nth >= first && nth < first + count;
