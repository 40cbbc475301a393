import {
  type EndpointSettings,
  type EndpointSettingsInput,
  endpointSettingsSchema,
} from '../../lambdas/contract/endpoint-settings';
import { conflicts } from './conflicts';
import { problemsOf } from './problems-of';
import { SettingsRefused } from './settings-refused';
import { oversize } from './endpoint-config';

/**
 * Completes the settings of all endpoints with their defaults. `taken` are names in use already.
 * Throws SettingsRefused with every problem of every endpoint in one message.
 */
export function checkSettings(
  inputs: readonly EndpointSettingsInput[],
  taken: readonly string[] = [],
): readonly EndpointSettings[] {
  const problems: string[] = [];
  const names = new Set(taken);
  const complete = inputs.flatMap((input, index) => {
    const label = endpointLabel(input, index);
    if (names.has(label))
      problems.push(`endpoint ${JSON.stringify(label)}: the name is used twice; each endpoint needs its own`);
    names.add(label);
    const parsed = endpointSettingsSchema.safeParse(input);
    if (!parsed.success) {
      problems.push(...problemsOf(label, input, parsed.error));
      return [];
    }
    problems.push(...problemsTogether(parsed.data).map((problem) => `endpoint ${JSON.stringify(label)}: ${problem}`));
    return [parsed.data];
  });
  if (problems.length > 0) throw new SettingsRefused(problems);
  return complete;
}

/** What is wrong with settings that are each right by themselves. */
export const problemsTogether = (settings: EndpointSettings): readonly string[] => [
  ...conflicts(settings),
  ...oversize(settings),
];

/** The name as written, or the place in the list where there is none. */
function endpointLabel(input: unknown, index: number): string {
  const name: unknown = typeof input === 'object' && input !== null && 'name' in input ? input.name : undefined;
  return typeof name === 'string' && name !== '' ? name : `#${index + 1}`;
}
