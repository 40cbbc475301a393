import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { page, ROOT } from '../repository/docs/markdown-files';
import { withTables } from './page';

/** Writes the tables of docs/reference/conformance.md anew: `npx tsx test/conformance/write-page.ts`. */
const PATH = 'docs/reference/conformance.md';
writeFileSync(join(ROOT, PATH), withTables(page(PATH)));
