import { cloudwatchEvidence } from '../../lambdas/adapters/cloudwatch/evidence';
import { cloudwatchTraffic } from '../../lambdas/adapters/cloudwatch/traffic';
import { type ConsoleLinks, consoleLinks } from '../../lambdas/adapters/console-links';
import { type AdapterContext, and, ownClock, make } from '../../lambdas/adapters/sdk/context';
import { dynamodbLiveModels } from '../../lambdas/adapters/dynamodb/live-models';
import { type KeptEvidence, keptEvidenceSchema } from '../../lambdas/contract/kept-evidence';
import { EVIDENCE_DOCUMENT, ROLLOUTS_PREFIX } from '../../lambdas/contract/names';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { bands, type GateBand } from '../../lambdas/domain/judge/bands';
import type { Evidence } from '../../lambdas/domain/evidence';
import { minimumMinutes } from '../../lambdas/domain/strategy';
import type { OperationNeeds } from '../../lambdas/operations/needs';
import { lookAtCanary } from '../../lambdas/steps/judgement/look';
import { judgeSettings } from '../../lambdas/steps/judgement/kept-judgement';

/** An app that a live page shows: in AWS, in this process, or what is left of one. */
export interface LiveApp {
  readonly ports: OperationNeeds;
  /** Undefined of a recording: nothing can be done about it, and CloudWatch has nothing of it. */
  readonly context: AdapterContext | undefined;
  /** Whether addresses in AWS's console lead anywhere. */
  readonly inAws: boolean;
  /** What the page is called. */
  readonly title: string;
  /** Fills the field of the person's name. */
  readonly by: string;
  /** Milliseconds after which the page asks again. A minute of AWS is long, and each question costs a few calls. */
  readonly everyMs: number;
}

/** Milliseconds between two questions of a page: of an app in this process, and of one in AWS. */
export const EVERY_MS = { here: 700, aws: 10_000 } as const;

/** A page of an app that is not in AWS has none. */
const NO_LINKS: ConsoleLinks = {
  app: '',
  linkToStateMachine: () => '',
  linkToDashboard: () => undefined,
  linkToExecution: () => '',
  linkToObject: () => '',
};

const liveNeeds = and({ clock: ownClock, liveModels: dynamodbLiveModels }, { evidence: cloudwatchEvidence });

/** What the widgets are drawn from and act with. */
export const widgetPorts = ({ ports, context, inAws }: LiveApp) => ({
  ...ports,
  consoleLinks: inAws && context !== undefined ? consoleLinks(context) : NO_LINKS,
});

export const trafficOf = ({ context }: LiveApp) => (context === undefined ? undefined : cloudwatchTraffic(context));

/** The bands of a rollout's gates, and when each of its minutes was. */
export interface LiveBands {
  readonly bands: readonly GateBand[];
  readonly rows: Evidence['rows'];
}

const NOTHING: LiveBands = { bands: [], rows: [] };
/** A week's canary has some. */
const MAX_BYTES = 8_000_000;

/**
 * What the judge knows of each gate: of a rollout that runs as a look would find it now, of one that ended as it was
 * kept. A look reads all minutes again, so that one is made for each minute that settles.
 */
export class Bands {
  private readonly found = new Map<string, Promise<LiveBands>>();

  constructor(private readonly app: LiveApp) {}

  of(record: RolloutRecord): Promise<LiveBands> {
    const looked = record.state?.judgement?.settledMinutes ?? 0;
    const key = `${record.id} ${record.status} ${record.state?.phase ?? ''} ${looked}`;
    const known = this.found.get(key);
    if (known !== undefined) return known;
    // Those of other moments are looked at no more.
    for (const one of this.found.keys()) if (one.startsWith(`${record.id} `)) this.found.delete(one);
    const reading = this.read(record).catch(() => {
      this.found.delete(key);
      return NOTHING;
    });
    this.found.set(key, reading);
    return reading;
  }

  private async read(record: RolloutRecord): Promise<LiveBands> {
    const { context } = this.app;
    const { state } = record;
    const green = state?.green.version;
    if (state?.judgement === undefined) return NOTHING;
    if (record.status === 'ended' || state.phase === 'promoted') return this.kept(record);
    if (context === undefined || state.canary === undefined || green === undefined) return NOTHING;
    const look = await lookAtCanary(make(liveNeeds, context), state, state.canary, green, true);
    if (look === 'unavailable') return NOTHING;
    const { evidence, judgement } = look;
    const settings = judgeSettings(state.config.settings, minimumMinutes(state.plan.steps));
    return { bands: bands(evidence, settings, judgement), rows: evidence.rows };
  }

  private async kept({ endpoint, id, error }: RolloutRecord): Promise<LiveBands> {
    const name = EVIDENCE_DOCUMENT[error === 'LiveRegressed' ? 'watch' : 'canary'];
    const found = await this.app.ports.models.readBytes(`${ROLLOUTS_PREFIX}${endpoint}/${id}/${name}`, MAX_BYTES);
    if (typeof found !== 'object') return NOTHING;
    const { bands: drawn, rows }: KeptEvidence = keptEvidenceSchema.parse(
      JSON.parse(Buffer.from(found.bytes).toString('utf8')),
    );
    return { bands: drawn, rows };
  }
}
