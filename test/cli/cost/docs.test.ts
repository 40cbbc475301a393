import { PRICES_2026_11 } from '../../../lambdas/contract/prices-2026-11';
import { costReport } from '../../../cli/cost/cost-report';
import { costInWords } from '../../../cli/cost/in-words';
import { page, tableRows } from '../../repository/docs/markdown-files';
import { shownBlocks, writeBlocks } from '../../repository/docs/shown-blocks';
import { Scene } from '../../scenarios/harness';

const PATH = 'docs/reference/cost.md';
const TEN_CLASSES = new Array<number>(10).fill(0.1);

describe('the page about cost', () => {
  it('shows what such a rollout costs', async () => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1', classes: TEN_CLASSES });
    const { record } = await scene.rollout({ name: 'v2', classes: TEN_CLASSES });
    const blocks = [costInWords({ ...costReport(record!, PRICES_2026_11, 'arm64'), rollout: 'digits-5f0c…-1' })];
    if (process.env['WRITE_PAGES'] === '1') writeBlocks(PATH, blocks);
    expect(shownBlocks(PATH)).toEqual(blocks);
  });

  it('has a row for every price, with its value', () => {
    const { asOf, region, source, sagemaker, ...prices } = PRICES_2026_11;
    void [asOf, region, source];
    const inWords = (value: (typeof prices)[keyof typeof prices]): string =>
      typeof value === 'number' ? number(value) : `${number(value.arm64)}, x86 ${number(value.x86_64)}`;
    const rows = Object.entries(prices).map(([name, value]) => [name, inWords(value)]);
    const [, after = ''] = page(PATH).split('\n## Prices\n');
    expect(tableRows(after)).toEqual([...rows, ['sagemaker', `${sagemaker.perHour} an hour`]]);
  });
});

/** 0.0000133334 as people write it. */
const number = (value: number): string => (value < 1e-4 ? value.toFixed(10) : String(value));
