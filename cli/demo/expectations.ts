import type { Summary, RolloutSummary } from '../../simulator/app/summary';
import { PLAN, titleOf, type DemoRollout } from './plan';

export interface Check {
  readonly what: string;
  readonly ok: boolean;
  /** What was found, where it is not what was expected. */
  readonly found: string;
}

/** The version that each file of an endpoint was served by when it was last promoted. */
type ModelsInService = Map<string, string>;

/** Compares what happened with the plan: one check per rollout, then users, then the teardown. */
export function checkSummary(summary: Summary, plan: readonly DemoRollout[] = PLAN): readonly Check[] {
  const served: ModelsInService = new Map();
  const rollouts = plan.map((planned, index) => checkRollout(planned, summary.rollouts[index], served));
  return [...rollouts, ...checkTraffic(summary), ...checkTeardown(summary)];
}

function checkRollout(planned: DemoRollout, found: RolloutSummary | undefined, served: ModelsInService): Check {
  const { endpoint, expected, file, kind } = planned;
  const what = `${titleOf(planned)}: ${[expected.outcome, expected.gate ?? expected.error].filter(Boolean).join(', ')}`;
  if (found === undefined) return { what, ok: false, found: 'it did not run' };
  if (PROMOTIONS.includes(found.outcome) && kind === 'upload')
    served.set(`${endpoint} ${file}`, found.greenVersion ?? '');
  const wrong = differences(planned, found, served);
  return { what, ok: wrong.length === 0, found: wrong.join('; ') };
}

const PROMOTIONS: readonly string[] = ['promoted', 'promoted-first'];

function differences(
  { endpoint, expected }: DemoRollout,
  found: RolloutSummary,
  served: ModelsInService,
): readonly string[] {
  const weights = found.weights.map((change) => change.weight);
  const canary = weights.filter((weight) => weight > 0 && weight < 100);
  const liveAfter = served.get(`${endpoint} ${expected.liveAfter}`);
  return [
    differs('outcome', found.outcome, expected.outcome),
    differs('error', found.error, expected.error ?? null),
    // Of a good model no gate is to blame.
    expected.error === undefined ? '' : differs('gate', found.gate, expected.gate ?? null),
    expected.cause?.test(found.cause ?? '') === false ? `cause "${found.cause ?? ''}"` : '',
    expected.proof?.test(found.proof ?? '') === false ? `proof "${found.proof ?? ''}"` : '',
    expected.traffic === 'none' && weights.some((weight) => weight > 0)
      ? `users saw it: weights ${weights.join()}`
      : '',
    expected.traffic === 'canary' && canary.length === 0 ? 'there was no canary' : '',
    expected.traffic === 'canary' && found.greenRequests === 0 ? 'no request of green was judged' : '',
    expected.traffic === 'canary' && found.decidedBy !== 'judge' ? `decided by ${found.decidedBy}` : '',
    expected.traffic === 'all at once' && canary.length > 0 ? `there was a canary: weights ${weights.join()}` : '',
    differs('live version afterwards', found.liveVersionAfter, liveAfter ?? `that of ${expected.liveAfter}`),
  ].filter((difference) => difference !== '');
}

const differs = (what: string, found: string | null, expected: string | null): string =>
  found === expected ? '' : `${what} ${found ?? 'none'}, not ${expected ?? 'none'}`;

function checkTraffic({ traffic }: Summary): readonly Check[] {
  const { requests, failedBecauseOfShift } = traffic;
  return [
    {
      what: 'no request failed because of a shift, a promotion or a revert',
      ok: requests > 0 && failedBecauseOfShift === 0,
      found: `${failedBecauseOfShift} of ${requests}`,
    },
  ];
}

/** Idle versions go; of each endpoint what is live and what a rollback would go to stay. */
function checkTeardown({ rollouts, teardown }: Summary): readonly Check[] {
  const deleted = teardown.flatMap((report) => report.deleted);
  const ends = ENDPOINTS.map((endpoint) => {
    const last = rollouts.findLast((one) => one.endpoint === endpoint);
    const needed = [last?.liveVersionAfter, last?.blueVersion].filter((version) => typeof version === 'string');
    const report = teardown.findLast((one) => one.endpoint === endpoint);
    return { needed, kept: report?.kept.map(({ version }) => version) ?? [] };
  });
  const safe = ends.every(({ needed, kept }) => needed.length > 0 && needed.every((version) => kept.includes(version)));
  return [
    {
      what: 'the teardown deleted idle versions, and kept the live ones and the rollback targets',
      ok: deleted.length > 0 && safe,
      found:
        `deleted ${deleted.join(', ') || 'none'}; kept ` +
        `${ends.map(({ kept }) => kept.join(', ') || 'none').join('; ')}`,
    },
  ];
}

const ENDPOINTS = [...new Set(PLAN.map(({ endpoint }) => endpoint))];
