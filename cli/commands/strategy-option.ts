import * as z from 'zod';
import type { Options } from 'yargs';
import { inOneMessage, problems } from '../../lambdas/contract/problems';
import { parseStrategyText } from '../../lambdas/contract/strategy';
import { type Strategy, STRATEGY_PRESET_NAMES } from '../../lambdas/domain/strategy';
import { UsageError } from '../failure';

export const strategyOption = {
  type: 'string',
  describe:
    `${STRATEGY_PRESET_NAMES.join(', ')}, or JSON { "steps": [{ "weight", "bakeMinutes" }] } [default: the ` +
    "endpoint's]",
  requiresArg: true,
} as const satisfies Options;

/** What was written, for messages that quote it. */
function written(text: string): unknown {
  return text.trim().startsWith('{') ? (JSON.parse(text) as unknown) : text;
}

/** @throws UsageError with the limits */
export function strategyOf(text: string | undefined): Strategy | undefined {
  if (text === undefined) return undefined;
  try {
    return parseStrategyText(text);
  } catch (error) {
    if (error instanceof z.ZodError) throw new UsageError(inOneMessage(problems(error, '--strategy', written(text))));
    throw new UsageError(`--strategy: must be a preset's name or JSON; got "${text}"`);
  }
}
