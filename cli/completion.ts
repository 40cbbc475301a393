import { join } from 'node:path';
import { typed } from './render/text';

/**
 * The library's script, for `source <(npx greenlight completion)`. The command is no program on the PATH, so the script
 * first makes it a function of the shell: `greenlight status` then works from any folder, and Tab completes it. Where
 * there is nothing to offer, bash completes files by itself, and zsh has to be told.
 */
export const completionScript = (script: string): string =>
  `greenlight() { ${typed(join(__dirname, 'greenlight.mjs'))} "$@"; }\n${script.replace(
    "  _describe 'values' reply",
    "  if (( ${#reply} )); then _describe 'values' reply; else _files; fi",
  )}`;
