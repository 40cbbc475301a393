import type { KeptEvidence } from '../../contract/kept-evidence';
import type { KeptReplay } from '../../contract/replay';
import type { RolloutRecord } from '../../contract/rollout-record';
import type { RolloutState } from '../../contract/rollout-state';

/** What a page is made of. */
export interface ReportInput {
  readonly record: RolloutRecord;
  /** The evidence of each decision, as far as there is any. */
  readonly evidence: { readonly canary?: ReportEvidence; readonly watch?: ReportEvidence };
  /** Both versions' answers to the same requests, where there was a replay. */
  readonly replay?: KeptReplay | UnreadableEvidence;
  /** @default - worked out from the record, with the prices that are shipped; nothing where no rollout was begun */
  readonly cost?: Cost;
}

export type ReportPhase = keyof ReportInput['evidence'];

/** A document with evidence, or why it could not be read. */
export type ReportEvidence = KeptEvidence | UnreadableEvidence;
interface UnreadableEvidence {
  readonly unreadable: string;
}

/** What the rollout cost in AWS, US dollars. */
export interface Cost {
  readonly usd: number;
  readonly lines: readonly {
    readonly what: string;
    readonly quantity: number;
    readonly unit: string;
    readonly usd: number;
    /** Where the quantity comes from. */
    readonly basis: string;
  }[];
  readonly prices: { readonly asOf: string; readonly region: string; readonly source: string };
}

/** A judgement in short: of the last look, or of the document that was kept. */
export type Judged = NonNullable<RolloutState['judgement']>;
export type ReportedGate = Judged['gates'][number];
