import { join } from 'node:path';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { MINUTE_MS } from '../../lambdas/domain/minutes';
import type { TeardownReport } from '../../lambdas/steps/teardown-idle';

/** What the demo and a rehearsal write for machines to read. */
export interface Summary {
  readonly rollouts: readonly RolloutSummary[];
  readonly traffic: { readonly requests: number; readonly failedBecauseOfShift: number };
  readonly teardown: readonly TeardownReport[];
}

export interface RolloutSummary {
  readonly id: string;
  readonly endpoint: string;
  /** s3:// address, or what was asked for. */
  readonly model: string | null;
  readonly outcome: string;
  readonly error: string | null;
  readonly cause: string | null;
  /** The gate to blame, where the judge decided. */
  readonly gate: string | null;
  readonly blueVersion: string | null;
  readonly greenVersion: string | null;
  readonly liveVersionAfter: string | null;
  /** Minutes since the rollout began; whole percent on green. */
  readonly weights: readonly { readonly minute: number; readonly weight: number }[];
  /** How long the rollout took, minutes of the world. */
  readonly minutes: number;
  /** Green requests that the judge counted. */
  readonly greenRequests: number;
  /** Requests of users that were not answered with 200 while the rollout ran, whichever version answered. */
  readonly failedRequests: number;
  readonly decidedBy: string;
  /** What a good end rests on, in words: "replay of 1,440 requests + 225 live". */
  readonly proof: string | null;
  /** The page, beside the summary. */
  readonly report: string;
}

/** `failedRequests` comes from the source of the traffic; everything else is in the record. */
export function rolloutSummary(record: RolloutRecord, failedRequests: number): RolloutSummary {
  const began = Date.parse(record.startedAt);
  const ended = Date.parse(record.endedAt ?? record.startedAt);
  const { state } = record;
  return {
    id: record.id,
    endpoint: record.endpoint,
    model: record.model ?? null,
    outcome: record.outcome ?? record.status,
    error: record.error ?? null,
    cause: record.cause ?? null,
    gate: state?.judgement?.gate ?? null,
    blueVersion: state?.blue.version ?? null,
    greenVersion: state?.green.version ?? null,
    liveVersionAfter: record.liveVersionAfter ?? null,
    weights: (state?.weights ?? []).map((change) => ({
      minute: minutesBetween(began, Date.parse(change.at)),
      weight: change.weight,
    })),
    minutes: minutesBetween(began, ended),
    greenRequests: state?.judgement?.greenRequests ?? 0,
    failedRequests,
    decidedBy: record.decidedBy ?? '',
    proof: record.proof ?? null,
    report: reportFile(record.id),
  };
}

/** The page's path beside the summary. */
export const reportFile = (rolloutId: string): string => join('rollouts', rolloutId, 'report.html');

/** One decimal. */
const minutesBetween = (from: number, until: number): number => Math.round((10 * (until - from)) / MINUTE_MS) / 10;
