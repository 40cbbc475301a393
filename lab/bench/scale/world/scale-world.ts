import { LIVE_ALIAS } from '../../../../lambdas/contract/names';
import { EmbeddedApp } from '../../../../simulator/app/embedded-app';
import { appHandlers } from '../../../../simulator/app/handlers';
import { bytesOf, type FakeModel, storedModel } from '../../../../simulator/fake-model';
import { fakeServer, fakeTraffic } from '../../../../simulator/fake-server';
import type { RuntimeVersion } from '../../../../simulator/runtime/function-runtime';
import type { World } from '../../../../simulator/world';
import { MINUTE_MS } from '../../../../lambdas/domain/minutes';
import { latencyMs } from './latency';
import { endpointName, endpointOf, planeTemplate, teamTemplates } from './teams';

export interface ScaleOptions {
  readonly endpoints: number;
  /** Rollouts that may run at once. */
  readonly atOnce: number;
  readonly seed: number;
}

/** What a live alias says from a moment on. */
export interface AliasMoment {
  readonly at: number;
  readonly version: string;
  readonly weights: Readonly<Record<string, number>>;
}

/** One run of a handler that the clock starts, which did not fail. */
export interface ClockRun {
  readonly handler: ClockHandler;
  readonly event: unknown;
  readonly from: number;
  readonly until: number;
}
const CLOCK_HANDLERS = ['hand-out-work', 'reconcile', 'teardown-idle'] as const;
type ClockHandler = (typeof CLOCK_HANDLERS)[number];

const REQUESTS_PER_MINUTE = 600;
const BATCH_MS = 20_000;

/** A control plane and many endpoints in one account, all of which serve a first model, in virtual time. */
export class ScaleWorld {
  readonly names: readonly string[];
  readonly clockRuns: ClockRun[] = [];
  /** Requests of users that Lambda refused, or that a version without a model got. */
  failedRequests = 0;
  private readonly turned = new Map<string, Partial<FakeModel>>();
  /** The last write of each function's live alias. */
  private readonly aliases = new Map<string, AliasMoment>();

  private constructor(
    readonly app: EmbeddedApp,
    /** Of each endpoint's name. */
    private readonly functions: ReadonlyMap<string, string>,
    { endpoints }: ScaleOptions,
  ) {
    this.names = Array.from({ length: endpoints }, (_, index) => endpointName(index));
  }

  /** Deployed and served; AWS's quotas hold from then on. */
  static async open(options: ScaleOptions): Promise<ScaleWorld> {
    const made: { world?: ScaleWorld } = {};
    const runtime = fakeServer((version) => made.world?.modelOf(version));
    const template = planeTemplate(options.atOnce);
    const handlers = watched(
      (run) => made.world?.clockRuns.push({ ...run, until: made.world.now }),
      () => made.world?.now ?? 0,
    );
    const app = new EmbeddedApp({ endpoints: [], template, runtime, handlers, seed: options.seed });
    await app.deploy();
    const functions = new Map<string, string>();
    for (const [name, team] of teamTemplates(options.endpoints)) {
      const stack = app.world.stackBeside(name);
      await app.world.run(stack.deploy(team));
      for (const id of stack.idsOf('AWS::Lambda::Function')) functions.set(endpointOf(id), stack.ref(id));
    }
    const world = (made.world = new ScaleWorld(app, functions, options));
    world.watchAliases();
    await world.serveAll();
    app.world.setCallTime(latencyMs);
    app.world.quotas.on = true;
    return world;
  }

  get world(): World {
    return this.app.world;
  }

  get now(): number {
    return this.world.clock.now();
  }

  functionOf(index: number): string {
    return this.functions.get(endpointName(index)) ?? '';
  }

  /** From now on models of that name behave differently, with every endpoint. */
  turn(name: string, changes: Partial<FakeModel>): void {
    this.turned.set(name, changes);
  }

  /** Uploads a model of that name to every endpoint, within a second. */
  upload(name: string, metadata: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const { clock } = this.world;
    return this.world.run(
      Promise.all(
        this.names.map(async (endpoint, index) => {
          await clock.sleep((1_000 * index) / this.names.length);
          await this.app.upload(endpoint, `${name}.onnx`, bytesOf({ name }), metadata);
        }),
      ),
    );
  }

  /** Every endpoint has users from now on. */
  comeUsers(): void {
    const { clock, services } = this.world;
    const models = this.names.map((name) => fakeTraffic((version) => this.modelOf(version), name));
    const requests = (REQUESTS_PER_MINUTE * BATCH_MS) / MINUTE_MS;
    const loop = (): void => {
      clock.setTimeout(loop, BATCH_MS);
      for (const [index, model] of models.entries()) {
        const target = { functionName: this.functionOf(index), qualifier: LIVE_ALIAS, requests };
        this.failedRequests += services.lambda.simulateTraffic(target, model).refused;
      }
    };
    clock.scopes.detached(() => clock.setTimeout(loop, 0));
  }

  /** The rollouts of the model of that name, in the order of their start. */
  rolloutsOf(name: string) {
    return this.world.executions.filter(({ input }) => input.includes(`/${name}.onnx`));
  }

  /** What a live alias says now. */
  aliasOf(index: number): AliasMoment | undefined {
    return this.aliases.get(this.functionOf(index));
  }

  private modelOf({ environment }: RuntimeVersion): FakeModel | undefined {
    const { GREENLIGHT_MODEL_BUCKET: bucket, GREENLIGHT_MODEL_KEY: key } = environment;
    if (bucket === undefined || key === undefined) return undefined;
    const { s3 } = this.world.services;
    const model = storedModel(() => s3.readBytes(bucket, key, environment['GREENLIGHT_MODEL_VERSION_ID']));
    return { ...model, ...this.turned.get(model.name) };
  }

  private watchAliases(): void {
    this.world.hooks.onAfter(({ command, input }) => {
      if (command !== 'UpdateAlias' || input['Name'] !== LIVE_ALIAS) return;
      const { FunctionName = '', FunctionVersion: version = '', RoutingConfig } = input as UpdateAlias;
      const weights = RoutingConfig?.AdditionalVersionWeights ?? {};
      this.aliases.set(FunctionName, { at: this.now, version, weights });
    });
  }

  private async serveAll(): Promise<void> {
    await this.upload('v1');
    const isServed = () => {
      const all = this.rolloutsOf('v1');
      return all.length === this.names.length && all.every(({ status }) => status !== 'RUNNING');
    };
    await this.world.runUntil(isServed);
    const [failed] = this.rolloutsOf('v1').filter(({ status }) => status !== 'SUCCEEDED');
    if (failed) throw new Error(`${failed.name} ended as ${failed.error}: ${failed.cause}`);
  }
}

/** The handlers that the clock starts, each telling of its runs that ended well. */
function watched(note: (run: Omit<ClockRun, 'until'>) => void, now: () => number): Partial<typeof appHandlers> {
  const one = (handler: ClockHandler): (typeof appHandlers)[ClockHandler] => {
    const create = appHandlers[handler];
    return (...made) => {
      const handle = create(...made);
      return async (event, context) => {
        const from = now();
        const answer = await handle(event, context);
        note({ handler, event, from });
        return answer;
      };
    };
  };
  return Object.fromEntries(CLOCK_HANDLERS.map((handler) => [handler, one(handler)]));
}

interface UpdateAlias {
  readonly FunctionName?: string;
  readonly FunctionVersion?: string;
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
}
