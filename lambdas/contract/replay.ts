import * as z from 'zod';
import type { DeepReadonly } from '../domain/evidence';
import { judgeSettingsSchema } from '../domain/gates/gates';
import { pairSchema } from '../domain/judge/paired/pair';
import { capturedRequestSchema, type CapturedRequest } from './captured-request';

/** A request whose answers to both versions are compared, and what is known to be right. */
export interface ReplayRequest {
  /** The key of a captured request, or the line of a samples file. */
  readonly id: string;
  readonly request: CapturedRequest;
  /** One per row, or one for all. */
  readonly labels?: readonly (number | string)[];
}

const label = z.union([z.number(), z.string()]);
const sample = capturedRequestSchema.extend({ label: label.optional(), labels: z.array(label).optional() });

/**
 * A captured request or a line of a samples file: `{"inputs": […], "label": …}`. Undefined for what is no such request, or
 * could not be sent again. Every source of requests is read here.
 */
export function replayRequest(id: string, text: string): ReplayRequest | undefined {
  try {
    const read = sample.safeParse(JSON.parse(text));
    if (!read.success) return undefined;
    const { label: one, labels = one === undefined ? undefined : [one], inputs } = read.data;
    JSON.stringify(inputs); // throws where it is nested too deeply to be sent again
    return { id, request: { inputs }, ...(labels && { labels }) };
  } catch {
    return undefined;
  }
}

/**
 * What is kept of a replay, chunk by chunk, so that a stop, a retry or a redrive goes on where it was; and its evidence, which
 * `npm run replay` judges again. No request is in it, only where each came from and what the answers came to.
 */
export const keptReplaySchema = z.object({
  id: z.string().min(1),
  kind: z.literal('paired'),
  endpoint: z.string(),
  settings: judgeSettingsSchema.omit({ minimumMinutes: true }),
  /** Ids of the requests, in the order that was drawn. */
  requests: z.array(z.string()),
  /** How many of them were asked. */
  asked: z.int().min(0),
  pairs: z.array(pairSchema),
  /** What came of it, in words, and the requests on which the versions differ most; once it is over. */
  verdict: z.string().optional(),
  reason: z.string().optional(),
  differing: z.array(z.string()).optional(),
});
export type KeptReplay = DeepReadonly<z.output<typeof keptReplaySchema>>;
