import type { NextStep } from '../../lambdas/contract/operation-errors';
import type { Paint } from './paint';

export interface NextPage {
  readonly paint: Paint;
  /** A command as it is to be typed for this app; undefined where it would be refused. */
  readonly spell: (command: string) => string | undefined;
}

/** What can be done next, each command on a line of its own to be copied. */
export const nextLines = (next: readonly NextStep[], { paint, spell }: NextPage): readonly string[] =>
  next.flatMap(({ what, command }) => {
    if (command === undefined) return [/[.?!]$/.test(what) ? `  ${what}` : `  ${what}.`];
    const spelt = spell(command);
    return spelt === undefined ? [] : [`  ${what}:`, `    ${paint.bold(`npx ${spelt}`)}`];
  });
