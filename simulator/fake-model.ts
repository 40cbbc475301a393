import type { NotReadyCode } from '../lambdas/contract/inference-protocol';

/** How a made-up model behaves. Its object in the bucket is this, as JSON. Everything left out is faultless. */
export interface FakeModel {
  /** Tells models apart, and answers in the header of the same meaning. */
  readonly name: string;
  /** Share of golden rows that it gets right. @default 1 */
  readonly accuracy?: number;
  /** Share of requests that throw. @default 0 */
  readonly errorRate?: number;
  /** Share of requests that the model server answers 500. @default 0 */
  readonly modelErrorRate?: number;
  /**
   * Share of live requests that the server answers 4xx, for a mistake of the caller: it counts them nowhere. @default 0
   */
  readonly refused?: number;
  /** Share of requests whose output is not finite; of golden rows as well. @default 0 */
  readonly nonFinite?: number;
  /** Shares of the predicted classes of live requests. @default [0.5, 0.3, 0.2] */
  readonly classes?: readonly number[];
  /** @default 20 */
  readonly latencyMs?: number;
  /** Share of its live requests that are the first of their environment, and take a second longer. @default 0 */
  readonly coldStarts?: number;
  /**
   * Its server is of before requests were captured after the answer: users wait for the write so long. @default none
   * waits
   */
  readonly capturesFirstMs?: number;
  /** Share of requests that it counts as fallbacks in a metric of its own. @default 0 */
  readonly fallbacks?: number;
  /** Share of its live requests that end within 10 % of the memory limit. @default 0 */
  readonly nearMemoryLimit?: number;
  /** Share of its live answers that users label. @default 0 */
  readonly labelled?: number;
  /** Share of these that were wrong. @default 0 */
  readonly wrong?: number;
  /** From the answer to its label. They are counted when the answers are, as in a steady stream. @default 60 */
  readonly labelDelaySeconds?: number;
  /** Its server is of before warm requests were told from cold ones, and before memory was measured. @default false */
  readonly tellsNoWarmth?: boolean;
  /**
   * Its server is of before metrics had names of one letter, of before classes were counted as cells, or of before
   * whole numbers were counted. @default today's
   */
  readonly formerServer?: 'words' | 'indices' | 'floats';
  /** The server cannot load it, and says this. */
  readonly load?: NotReadyCode;
  /** Which direct calls of a version, by number, come to an environment that is still loading. @default none */
  readonly loading?: readonly number[] | 'all';
  /** What its server says that the load took. @default nothing */
  readonly loaded?: { readonly bytes: number; readonly downloadMs: number; readonly openMs: number };
  /** Columns of its input. @default 2 */
  readonly columns?: number;
  /** Outputs that it has and cannot answer. */
  readonly leftOut?: readonly string[];
  /** What its server does when it is asked to fail on purpose. @default fails, and counts it */
  readonly selfTest?: 'fails uncounted' | 'answers' | 'is unknown';
  /** Its server does not fail in a drill. */
  readonly answersInDrill?: true;
  /** It is loaded, and answers 500 to every request that is sent to its version. */
  readonly failsAll?: boolean;
  /** Every direct call throws this. */
  readonly crashes?: string;
}

/** The metric of fallbacks, as a custom gate names it. */
export const FALLBACKS = {
  namespace: 'Shop',
  metric: 'Fallbacks',
  dimensions: { Model: 'fake', Version: '{version}' },
} as const;

export const bytesOf = (model: FakeModel): Uint8Array => Buffer.from(JSON.stringify(model));

/** What a version's object says; one that is gone cannot be loaded. */
export function storedModel(read: () => Uint8Array): FakeModel {
  try {
    return modelOf(read());
  } catch {
    return { name: 'gone', load: 'ModelDownloadFailed' };
  }
}

/** What a version's bytes say. Bytes that are no such model cannot be loaded. */
export function modelOf(bytes: Uint8Array): FakeModel {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as FakeModel;
  } catch {
    return { name: 'garbage', load: 'ModelUnloadable' };
  }
}

/** A golden set of n rows: the right class, and where in the set the row stands, 0 to 1. */
export function goldenSet(n = 20): Readonly<Record<string, unknown>> {
  const labels = Array.from({ length: n }, (_, row) => row % 3);
  const data = labels.map((label, row) => [label, row / n]);
  return { name: 'golden', inputName: 'x', datatype: 'FP32', shape: [n, 2], data, labels };
}
