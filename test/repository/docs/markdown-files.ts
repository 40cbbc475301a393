import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(__dirname, '..', '..', '..');
const NOT_OURS = ['node_modules', 'cdk.out', 'out', 'dist', 'coverage', '.git'];

export interface MarkdownFile {
  /** From the top of the project, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every page of the project. */
export const markdownFiles = (): readonly MarkdownFile[] =>
  pagesIn(ROOT).map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, 'utf8') }));

const pagesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : pagesIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });

export const page = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The cells of each table row whose first cell is code, without the quotes around code. */
export const tableRows = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim()),
    )
    .map(([first = '', ...rest]) => [first.replaceAll('`', ''), ...rest]);

/** `What it costs` → `what-it-costs`, as GitHub makes anchors. */
export const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
