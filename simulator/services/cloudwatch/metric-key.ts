/** Dimensions as a plain object, for example `{ FunctionName: 'digits', Resource: 'digits:live' }`. */
export type Dimensions = Readonly<Record<string, string>>;

/** The identity of one metric: every unique set of dimensions is a metric of its own. */
export function metricKey(namespace: string, metric: string, dimensions: Dimensions): string {
  const names = Object.keys(dimensions).sort();
  let key = `${namespace}\n${metric}`;
  for (const name of names) key += `\n${name}=${dimensions[name]}`;
  return key;
}
