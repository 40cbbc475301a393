import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFERENCE_PAGES } from './reference-pages';

/** `npm run docs`: writes the pages of docs/reference that are made of the code. */
const folder = join(__dirname, '..', '..', '..', 'docs', 'reference');

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, page] of Object.entries(REFERENCE_PAGES)) writeFileSync(join(folder, name), await page());
}

void main();
