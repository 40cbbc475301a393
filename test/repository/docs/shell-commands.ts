import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Shell blocks of a page, in their order. */
export const shellBlocks = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^```(?:sh|bash)\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);

const END = '\u0001';
/** Programs are not found, and what was typed is written down; they answer nothing and succeed. */
const PRELUDE = `
command_not_found_handle() { printf '%s\\0' "$@" '${END}' >> "$RECORDED"; }
cd() { :; }
`;

/**
 * The commands that a shell makes of a block, each as its words: quotes, variables, pipes, comments and line ends are
 * its own doing. Nothing is run but the shell. Programs of an environment of Python's are taken by their names. Throws
 * what the shell complains of.
 */
export function commandsIn(block: string): readonly (readonly string[])[] {
  const folder = mkdtempSync(join(tmpdir(), 'shell-'));
  try {
    const recorded = join(folder, 'recorded');
    const script = PRELUDE + block.replace(/(^|[\s('"])(?:\.\.\/)*\.venv\/bin\//gm, '$1');
    const options = {
      cwd: folder,
      env: { PATH: '/nowhere', RECORDED: recorded },
      encoding: 'utf8',
      timeout: 20_000,
    } as const;
    const { stderr, error } = spawnSync(
      '/bin/bash',
      ['--norc', '--noprofile', '-c', `: > "$RECORDED"; ${script}`],
      options,
    );
    if (error) throw error;
    const said = stderr
      .split('\n')
      .filter((line) => /syntax error|[^: ]: No such file or directory|unexpected/.test(line));
    if (said.length > 0) throw new Error(said.join('\n'));
    return readFileSync(recorded, 'utf8')
      .split(`${END}\0`)
      .slice(0, -1)
      .map((command) => command.split('\0').slice(0, -1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
