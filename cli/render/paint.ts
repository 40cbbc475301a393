import pc from 'picocolors';

/** Colours, or the text as it is. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
}

/** On a terminal that does not say NO_COLOR (https://no-color.org) alone. */
export function paintFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const { bold, dim, green, red, yellow } = pc.createColors(isTerminal && !refused);
  return { bold, dim, good: green, bad: red, warn: yellow };
}
