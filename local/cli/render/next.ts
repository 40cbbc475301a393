import type { NextStep } from '../../../lambdas/contract/operation-errors';
import type { Paint } from './paint';

/** What can be done next, each command on a line of its own to be copied. */
export const nextLines = (next: readonly NextStep[], paint: Paint): readonly string[] =>
  next.flatMap(({ what, command }) =>
    command === undefined
      ? [/[.?!]$/.test(what) ? `  ${what}` : `  ${what}.`]
      : [`  ${what}:`, `    ${paint.bold(`npx ${command}`)}`],
  );
