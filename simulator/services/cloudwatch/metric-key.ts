/** Dimensions as a plain object, for example `{ FunctionName: 'digits', Resource: 'digits:live' }`. */
export type Dimensions = Readonly<Record<string, string>>;

/** The identity of one metric: every unique set of dimensions is a metric of its own. */
export function metricKey(namespace: string, metric: string, dimensions: Dimensions): string {
  let suffix = suffixes.get(dimensions);
  if (suffix === undefined) {
    suffix = '';
    for (const name of Object.keys(dimensions).sort()) suffix += `\n${name}=${dimensions[name]}`;
    suffixes.set(dimensions, suffix);
  }
  return `${namespace}\n${metric}${suffix}`;
}

/** A batch of traffic records a dozen metrics with the same dimensions. */
const suffixes = new WeakMap<Dimensions, string>();
