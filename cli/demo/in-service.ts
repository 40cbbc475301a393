import { LIVE_ALIAS } from '../../lambdas/contract/names';
import type { World } from '../../simulator/world';

/** What the alias pointed at, from a moment on until the next entry. Real milliseconds since 1970. */
interface ServedPeriod {
  readonly fromMs: number;
  readonly versions: readonly string[];
}

/**
 * Which versions the live alias named when: blue, and green while it had a weight. Taken from the alias' own writes.
 */
export class InService {
  private readonly periods: ServedPeriod[] = [];

  /** The version that the first deploy published; it holds no model. */
  get first(): string | undefined {
    return this.periods[0]?.versions[0];
  }

  /** Notes what the alias says after a write at `atMs`. */
  note(atMs: number, versions: readonly string[]): void {
    this.periods.push({ fromMs: atMs, versions });
  }

  /** Whether the alias named the version at any moment in between. */
  during(version: string, fromMs: number, untilMs: number): boolean {
    return this.periods.some((period, index) => {
      const end = this.periods[index + 1]?.fromMs ?? Infinity;
      return period.versions.includes(version) && period.fromMs <= untilMs && end >= fromMs;
    });
  }

  /** Notes every write of a live alias in a world, and what the alias says now: by the function's name. */
  static watching(world: World): (functionName: string) => InService {
    const all = new Map<string, InService>();
    const of = (name: string): InService => {
      const inService = all.get(name) ?? new InService();
      all.set(name, inService);
      return inService;
    };
    world.hooks.onAfter(({ service, command, input }, answer) => {
      if (
        service !== 'lambda' ||
        (command !== 'UpdateAlias' && command !== 'CreateAlias') ||
        input['Name'] !== LIVE_ALIAS
      )
        return;
      const { FunctionVersion: version, RoutingConfig: routing } = answer as {
        readonly FunctionVersion?: string;
        readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
      };
      const weights = Object.keys(routing?.AdditionalVersionWeights ?? {});
      of(String(input['FunctionName'])).note(Date.now(), [...(version === undefined ? [] : [version]), ...weights]);
    });
    return of;
  }
}
