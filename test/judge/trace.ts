import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrace } from '../../lambdas/contract/kept-evidence';
import type { Evidence } from '../../lambdas/domain/evidence';
import { evidenceOfTrace } from '../../lambdas/domain/trace/evidence-of-trace';
import type { BinnedTrace, Trace as AnyTrace } from '../../lambdas/domain/trace/trace';
import { latencyMargins } from './settings';

/** A recorded canary that says what must come of it. */
export type Trace = BinnedTrace & {
  readonly label: 'good' | 'bad';
  readonly family: 'none' | 'errors' | 'latency' | 'drift';
  readonly expected: string;
};

const FOLDER = join(__dirname, 'traces');

export const traces = (): Trace[] =>
  readdirSync(FOLDER)
    .sort()
    .map((file) => parseTrace(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')), file) as Trace);

/** As `greenlight replay` reads it, with the margins of an endpoint's defaults. */
export const evidenceOf = (trace: AnyTrace): Evidence => evidenceOfTrace(trace, latencyMargins);
