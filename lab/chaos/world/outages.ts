import type { ChaosModel } from '../plan/chaos-model';
import { Dice } from '../plan/dice';
import type { OutagePlan } from '../plan/incidents';

type Outage = Pick<OutagePlan, 'endpoint' | 'errorRate' | 'slowMs'>;

/** What a made-up model takes where it does not say. */
const USUAL_MS = 20;

/** What all versions of an endpoint suffer from at the same time, because all of them need it. */
export class Outages {
  /** Two of one endpoint may overlap: each ends in its own time, and the worse of them is what is felt. */
  private readonly now = new Set<Outage>();
  private readonly dice: Dice;

  constructor(seed: number) {
    this.dice = new Dice(`outages ${seed}`);
  }

  begin(outage: Outage): void {
    this.now.add(outage);
  }

  end(outage: Outage): void {
    this.now.delete(outage);
  }

  /** Share of its users' requests that every version fails. */
  errorRateOf(endpoint: string): number {
    return this.worst(endpoint, 'errorRate');
  }

  /** Whether a single call of a version fails. */
  hit(endpoint: string): boolean {
    const errorRate = this.errorRateOf(endpoint);
    return errorRate > 0 && this.dice.chance(errorRate);
  }

  slowedDown(endpoint: string, model: ChaosModel): ChaosModel {
    const slowMs = this.worst(endpoint, 'slowMs');
    return slowMs === 0 ? model : { ...model, latencyMs: (model.latencyMs ?? USUAL_MS) + slowMs };
  }

  private worst(endpoint: string, of: 'errorRate' | 'slowMs'): number {
    return Math.max(0, ...[...this.now].filter((one) => one.endpoint === endpoint).map((one) => one[of]));
  }
}
