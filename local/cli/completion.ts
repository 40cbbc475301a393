import { join } from 'node:path';

/**
 * The library's script, for `source <(npx greenlight completion)`. The command is no program on the PATH, so the script
 * first makes it a function of the shell: `greenlight status` then works from any folder, and Tab completes it.
 */
export const completionScript = (script: string): string =>
  `greenlight() { '${join(__dirname, 'greenlight.mjs').replaceAll("'", `'\\''`)}' "$@"; }\n${script}`;
