/**
 * What it takes to load a model, measured; docs/reference/bench-server.md has the numbers and is written by the same
 * benchmark.
 */

/**
 * The runtime reads the weights into memory and then, tensor by tensor, into its own form: with one large tensor there
 * are two of it at the end. A tenth more for what is optimized, 150 MB for Node.js, the runtime and a request.
 */
const TIMES = 2.2;
const BESIDES_MB = 150;

/** Memory in MB with which a model of that size can be loaded. */
export const memoryToLoadMB = (modelMB: number): number => Math.ceil(TIMES * modelMB + BESIDES_MB);

/** The largest model, in whole MB, that can be loaded with so much memory; 0 when none can. */
export const largestModelMB = (memoryMB: number): number => Math.max(0, Math.floor((memoryMB - BESIDES_MB) / TIMES));

/**
 * On demand Lambda gives an environment 10 s to start; a load beyond that begins anew within the first request.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export const ON_DEMAND_INIT_MS = 10_000;

export interface ModelLoad {
  readonly bytes: number;
  /** From S3, hashed and written to /tmp. */
  readonly downloadMs: number;
  /** Read and optimized by the runtime. */
  readonly openMs: number;
}

export const loadMs = ({ downloadMs, openMs }: Pick<ModelLoad, 'downloadMs' | 'openMs'>): number => downloadMs + openMs;

/** Of a load: how long, how large, and what helps where users would wait for it. */
export function loadInWords(
  load: ModelLoad,
  {
    timeoutSeconds,
    provisionedConcurrency,
  }: { readonly timeoutSeconds: number; readonly provisionedConcurrency: number },
): string {
  const ms = loadMs(load);
  const [time, unit] = ms < 1000 ? [(part: number) => part.toFixed(0), 'ms'] : [seconds, 's'];
  const took =
    `loads its ${size(load.bytes)} in ${time(ms)} ${unit} (download ${time(load.downloadMs)}, opening ` +
    `${time(load.openMs)})`;
  if (provisionedConcurrency > 0 || ms <= ON_DEMAND_INIT_MS) return took;
  const helps =
    'more memoryMB helps (a processor per 1,769 MB), or provisionedConcurrency, which loads before users come';
  return ms > timeoutSeconds * 1000
    ? `${took}: longer than timeoutSeconds ${timeoutSeconds}, so that the first users of each new environment are ` +
        `answered 503; ${helps}`
    : `${took}: longer than the ${ON_DEMAND_INIT_MS / 1000} s that Lambda allows for a start, so that the first ` +
        `user of each new environment waits for it; ${helps}`;
}

const size = (bytes: number): string =>
  bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
const seconds = (ms: number): string => (ms / 1000).toFixed(1);
