import type { ChaosModel } from '../plan/chaos-model';
import { Dice } from '../plan/dice';
import type { OutagePlan } from '../plan/incidents';

type Outage = Pick<OutagePlan, 'errorRate' | 'slowMs'>;

/** What a made-up model takes where it does not say. */
const USUAL_MS = 20;

/** What all versions of an endpoint suffer from at the same time, because all of them need it. */
export class Outages {
  private readonly now = new Map<string, Outage>();
  private readonly dice: Dice;

  constructor(seed: number) {
    this.dice = new Dice(`outages ${seed}`);
  }

  begin(endpoint: string, how: Outage): void {
    this.now.set(endpoint, how);
  }

  end(endpoint: string): void {
    this.now.delete(endpoint);
  }

  /** Share of its users' requests that every version fails. */
  errorRateOf(endpoint: string): number {
    return this.now.get(endpoint)?.errorRate ?? 0;
  }

  /** Whether a single call of a version fails. */
  hit(endpoint: string): boolean {
    const errorRate = this.errorRateOf(endpoint);
    return errorRate > 0 && this.dice.chance(errorRate);
  }

  slowedDown(endpoint: string, model: ChaosModel): ChaosModel {
    const { slowMs = 0 } = this.now.get(endpoint) ?? {};
    return slowMs === 0 ? model : { ...model, latencyMs: (model.latencyMs ?? USUAL_MS) + slowMs };
  }
}
