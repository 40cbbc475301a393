import { join } from 'node:path';
import type { Outcome } from '../../../lambdas/domain/rollout';
import type { DeployedApp } from '../../../lab/deployed/deployed-app';
import type { DeployedEndpoint } from '../../../lab/deployed/endpoint';
import { waitUntil } from '../../../lab/deployed/wait-until';
import type { DeployedExecution } from '../../../lab/deployed/execution';
import { PROJECT } from '../../../emulator/paths';
import type { Traffic } from './traffic';

const EXAMPLES = join(PROJECT, 'examples', 'digits');
const MINUTE = 60_000;

/** In AWS an upload's event may take a minute, and a canary of two minutes up to ten. */
const STARTS = { withinMs: 3 * MINUTE };
const ENDS = { withinMs: 20 * MINUTE, everyMs: 2_000 };
const RESTS = { withinMs: 6 * MINUTE };

/** A key that a form of URL-encoding would change. */
const ODD_KEY = 'first model+1.onnx';

export interface Ended {
  readonly outcome: Outcome | undefined;
  readonly error: string | undefined;
  readonly green: string | undefined;
  /** What the alias names afterwards. */
  readonly live: string;
}

/** What a person does with the deployed app, one after the other. */
export class Rollouts {
  constructor(
    private readonly app: DeployedApp,
    private readonly endpoint: DeployedEndpoint,
    /** None before the first model, which has no users. */
    private readonly traffic: Traffic | undefined,
  ) {}

  /** The first model, without a canary, under an odd key. */
  async first() {
    await this.app.put('golden/digits.json', join(EXAMPLES, 'golden.json'));
    const began = performance.now();
    const upload = await this.endpoint.upload(join(EXAMPLES, 'v1-baseline.onnx'), { as: ODD_KEY });
    const ended = await this.end(await this.endpoint.executionOf(upload, STARTS));
    return {
      ...ended,
      key: upload.key,
      seconds: Math.round((performance.now() - began) / 1000),
    };
  }

  /** A model that is better than the live one. */
  good = (): Promise<Ended> => this.rollout('v2-better.onnx');

  /** A model that passes its golden set and gives NaN for some of the users' images. */
  async bad(): Promise<Ended> {
    const ended = await this.rollout('nan-on-dense.onnx');
    if (ended.green !== undefined) this.traffic?.expectFailuresOf(ended.green);
    return ended;
  }

  /** Presses Stop once green has answered users, and measures until it answers no users any more. */
  async stopInTheMiddle() {
    const blue = (await this.endpoint.alias()).version;
    const upload = await this.endpoint.upload(join(EXAMPLES, 'v1-baseline.onnx'), { as: 'stopped.onnx' });
    const execution = await this.endpoint.executionOf(upload, STARTS);
    const green = await waitUntil('green answering users', () => this.greenThatAnswers(), { withinMs: 6 * MINUTE });
    await execution.stop({
      cause: 'the AWS test stops it in the middle of its canary',
    });
    const stoppedAt = Date.now();
    const isBlueAlone = async () => {
      const alias = await this.endpoint.alias();
      return alias.canary === undefined ? alias.version : undefined;
    };
    const live = await waitUntil('blue alone on the alias', isBlueAlone, {
      ...RESTS,
      everyMs: 200,
    });
    const aliasSeconds = (Date.now() - stoppedAt) / 1000;
    await this.endpoint.atRest(RESTS);
    const callersSeconds = Math.max(0, (this.lastAnswerOf(green) - stoppedAt) / 1000);
    return { blue, green, live, aliasSeconds, callersSeconds };
  }

  /** Goes back to a version by hand. */
  async rollBack(to: string): Promise<Ended> {
    const input = {
      endpoint: this.endpoint.name,
      action: 'rollback',
      to,
      reason: 'the AWS test goes back',
    };
    return this.end(await this.app.start(input));
  }

  /** Waits until the schedule has deleted these versions; answers the ones that are left. */
  async tornDown(versions: readonly string[]): Promise<readonly string[]> {
    const gone = async () => {
      const left = await this.endpoint.versions();
      return versions.some((version) => left.includes(version)) ? undefined : left;
    };
    return waitUntil(`versions ${versions.join(', ')} torn down`, gone, {
      withinMs: 8 * MINUTE,
      everyMs: 5_000,
    });
  }

  private async rollout(model: string): Promise<Ended> {
    return this.end(await this.endpoint.executionOf(await this.endpoint.upload(join(EXAMPLES, model)), STARTS));
  }

  private async greenThatAnswers(): Promise<string | undefined> {
    const { canary } = await this.endpoint.alias();
    return canary !== undefined && this.lastAnswerOf(canary.version) > 0 ? canary.version : undefined;
  }

  private lastAnswerOf = (version: string): number => this.traffic?.lastAnswerOf(version) ?? 0;

  private async end(execution: DeployedExecution): Promise<Ended> {
    await execution.end(ENDS);
    const { outcome, error, state } = await this.endpoint.ended(execution.name, RESTS);
    return {
      outcome,
      error,
      green: state?.green?.version,
      live: await this.endpoint.atRest(RESTS),
    };
  }
}
