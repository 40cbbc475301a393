import { page, tableRows } from './markdown-files';
import { settingRows } from './setting-rows';

const [, afterSettings = ''] = page('README.md').split('\n## Settings\n');
const TABLE = tableRows(afterSettings.split('\n## ')[0] ?? '');

describe("the README's tables of settings", () => {
  it('name every setting, and no other', () => {
    const names = TABLE.map(([name]) => name);
    expect([...names].sort()).toEqual(
      settingRows()
        .map(({ name }) => name)
        .sort(),
    );
  });

  it.each(settingRows())('give the default and the limit of $name', (setting) => {
    const [, inTable, limit] = TABLE.find(([name]) => name === setting.name) ?? [];
    expect(inTable?.replaceAll('`', '')).toBe(setting.default);
    if (setting.limit !== undefined) expect(limit).toBe(setting.limit);
    else expect(limit).not.toBe('');
  });
});
