import type { Mutant } from '../world/mutant';
import { drawPlan } from '../plan/draw-plan';
import type { ChaosPlan } from '../plan/plan';
import { check } from '../promises/check';
import { type Breach, look } from '../promises/found';
import { exposuresOf } from '../promises/exposures';
import { causeFor } from '../promises/harm';
import { runPlan, type Played } from '../run/run-plan';

/** What is left of a run: small, so that it can be sent from process to process. */
export interface RunResult {
  readonly seed: number;
  readonly breaches: readonly Breach[];
  /** By call site: calls, failures before and after they took effect. */
  readonly sites: Readonly<Record<string, readonly [calls: number, before: number, after: number]>>;
  readonly faults: Readonly<Record<string, number>>;
  /** Seconds of world time from a fault until users were safe again. */
  readonly safety: readonly { readonly kind: string; readonly seconds: number }[];
  readonly rollouts: number;
  /** Permissions that the handlers used and were granted: `handler action`. */
  readonly used: readonly string[];
  readonly granted: readonly string[];
}

export async function runOne(seed: number, mutant?: Mutant, family = mutant?.family): Promise<RunResult> {
  return (await playOne(seed, mutant, family)).result;
}

/** The same with everything that was seen, for the timeline of a replay. */
export async function playOne(
  seed: number,
  mutant?: Mutant,
  family = mutant?.family,
): Promise<{ readonly plan: ChaosPlan; readonly played: Played; readonly result: RunResult }> {
  const plan = drawPlan(seed, family);
  const played = await runPlan(plan, mutant);
  const found = await look(played);
  const { story, world } = played.stage;
  const faults: Record<string, number> = {};
  for (const { kind } of story.injected) faults[kind] = (faults[kind] ?? 0) + 1;
  const named = (
    permissions: readonly { readonly logicalId: string; readonly action: string }[],
  ): readonly string[] => {
    const of = permissions.flatMap(({ logicalId, action }) => {
      const handler = played.stage.handlerOf(logicalId);
      return handler === undefined ? [] : [`${handler} ${action}`];
    });
    return [...new Set(of)];
  };
  const result: RunResult = {
    ...{ seed, faults, breaches: check(found), rollouts: found.executions.length },
    sites: Object.fromEntries(
      [...story.sites].map(([site, { calls, before, after }]) => [site, [calls, before, after] as const]),
    ),
    safety: exposuresOf(found).map((exposure) => {
      const { kind, from } = causeFor(exposure, found);
      return { kind, seconds: (exposure.until - from) / 1000 };
    }),
    used: named(world.permissions.used()),
    granted: named(world.permissions.granted()),
  };
  await world.stop();
  return { plan, played, result };
}
