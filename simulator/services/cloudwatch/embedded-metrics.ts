import type { Dimensions } from './metric-key';

/** One metric of one log line, for one of its dimension sets. */
export interface EmbeddedMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Dimensions;
  readonly values: readonly number[];
}

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

const MAX_METRICS = 100;
const MAX_DIMENSIONS = 30;

/**
 * The metrics of one log line in CloudWatch's embedded metric format: none when the line is not one, `'invalid'` when
 * it is one that CloudWatch would refuse (a missing target member, too many metrics or dimensions, a value that is no
 * finite number). Targets are members of the root object.
 */
export function parseEmbeddedMetrics(line: string): readonly EmbeddedMetric[] | 'invalid' {
  const text = line.trim();
  if (!text.startsWith('{') || !text.includes('"_aws"')) return [];
  const root = parseObject(text);
  if (root === undefined) return [];
  const directives = (root._aws as { CloudWatchMetrics?: unknown } | undefined)?.CloudWatchMetrics;
  if (!Array.isArray(directives)) return 'invalid';
  const metrics: EmbeddedMetric[] = [];
  for (const directive of directives as Directive[]) {
    const found = readDirective(directive, root);
    if (found === 'invalid') return 'invalid';
    metrics.push(...found);
  }
  return metrics;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function readDirective(directive: Directive, root: Readonly<Record<string, unknown>>): EmbeddedMetric[] | 'invalid' {
  const { Namespace: namespace, Dimensions: sets, Metrics: definitions } = directive;
  if (typeof namespace !== 'string' || !Array.isArray(sets) || !Array.isArray(definitions)) return 'invalid';
  if (definitions.length > MAX_METRICS) return 'invalid';
  const metrics: EmbeddedMetric[] = [];
  for (const names of sets as unknown[]) {
    const dimensions = readDimensions(names, root);
    if (dimensions === undefined) return 'invalid';
    for (const { Name: metric } of definitions as { Name?: unknown }[]) {
      const values = typeof metric === 'string' ? readValues(root[metric]) : undefined;
      if (values === undefined) return 'invalid';
      metrics.push({ namespace, metric: metric as string, dimensions, values });
    }
  }
  return metrics;
}

function readDimensions(names: unknown, root: Readonly<Record<string, unknown>>): Dimensions | undefined {
  if (!Array.isArray(names) || names.length > MAX_DIMENSIONS) return undefined;
  const dimensions: Record<string, string> = {};
  for (const name of names as unknown[]) {
    const value = typeof name === 'string' ? root[name] : undefined;
    if (typeof value !== 'string' || value === '') return undefined;
    dimensions[name as string] = value;
  }
  return dimensions;
}

function readValues(value: unknown): readonly number[] | undefined {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.every((each): each is number => typeof each === 'number' && Number.isFinite(each)) ? values : undefined;
}
