import { MODEL_ERROR_CODES, NOT_READY_CODES, REQUEST_ERROR_CODES } from '../../../lambdas/contract/inference-protocol';
import { page, tableRows } from './markdown-files';
import { runtimeVersions } from './runtime-versions';
import { shownBlocks } from './shown-blocks';

const PAGE = 'docs/reference/inference.md';
const section = (heading: string) => page(PAGE).split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

describe('the page of requests and answers', () => {
  it('says which models the runtime loads today', async () => {
    expect(shownBlocks(PAGE)).toEqual([await runtimeVersions()]);
  });

  it('explains every code that an answer may have, and no other', () => {
    const explained = tableRows(section('Errors')).map(([code]) => code);
    const codes = new Set([...REQUEST_ERROR_CODES, ...MODEL_ERROR_CODES, ...NOT_READY_CODES]);
    expect([...explained].sort()).toEqual([...codes].sort());
  });
});
