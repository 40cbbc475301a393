/* `npm run docs`: writes the pages of what the package exports. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './markdown-files';
import { apiPages } from './api-pages';

for (const [name, text] of Object.entries(apiPages())) writeFileSync(join(ROOT, 'docs', 'reference', name), text);
