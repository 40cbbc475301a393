import type { ExplainedFinding } from './explained';

export interface Finding {
  /** `E3002`: E for errors, W for warnings, CKV for what checkov misses. */
  readonly rule: string;
  readonly message: string;
  readonly template: string;
  /** Keys from the top of the template, `Resources/Table/Properties/…`. */
  readonly where: string;
}

export interface Sorted {
  readonly unexplained: readonly Finding[];
  /** How many findings each explanation is about, in their order. */
  readonly explained: readonly { readonly explanation: ExplainedFinding; readonly count: number }[];
}

/**
 * Tells what has a reason from what has none. An error has none, whatever the explanations say; nor has, in a template
 * with every property for security, what such a property is to answer.
 */
export function sortFindings(
  findings: readonly Finding[],
  explanations: readonly ExplainedFinding[],
  secured: (template: string) => boolean = () => false,
): Sorted {
  const matches = ({ rule, where, template }: Finding, explanation: ExplainedFinding) =>
    !rule.startsWith('E') &&
    rule === explanation.rule &&
    (explanation.where?.test(where) ?? true) &&
    (explanation.property === undefined || !secured(template));
  return {
    unexplained: findings.filter((finding) => !explanations.some((one) => matches(finding, one))),
    explained: explanations.map((explanation) => ({
      explanation,
      count: findings.filter((finding) => matches(finding, explanation)).length,
    })),
  };
}

/** True when nothing is unexplained and nothing is explained in vain. */
export const isClean = ({ unexplained, explained }: Sorted): boolean =>
  unexplained.length === 0 && explained.every(({ count }) => count > 0);

const answer = ({ property }: ExplainedFinding): string =>
  property === undefined ? '' : ` The property security.${property} answers it.`;

/** What a person reads: each finding with its place, then the reasons with what they cover. */
export function inWords({ unexplained, explained }: Sorted): string {
  const lines = unexplained.map(
    ({ rule, message, template, where }) => `${rule} ${message}\n  at ${where} in ${template}`,
  );
  for (const { explanation, count } of explained)
    lines.push(
      count > 0
        ? `explained: ${explanation.rule}, ${count} times. ${explanation.reason}${answer(explanation)}`
        : `${explanation.rule} is explained for ${String(explanation.where ?? 'any place')}, but found nowhere: ` +
            'take the explanation away',
    );
  return lines.join('\n');
}
