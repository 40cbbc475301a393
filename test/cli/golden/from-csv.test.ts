import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvLines } from '../../../cli/golden/csv';
import { runGolden } from '../../../cli/golden/run-golden';
import { parseDataSet } from '../../../lambdas/contract/golden-set';

const folder = mkdtempSync(join(tmpdir(), 'golden-'));
/** Of the columns of a wide table. */
let names = 0;
const table = (text: string | Buffer, name = 'data.csv') => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
function golden(...argv: readonly string[]) {
  const said = { out: '', err: '' };
  const code = runGolden(argv, { out: (text) => (said.out += text), err: (text) => (said.err += `${text}\n`) });
  return { code, ...said };
}
const OUT = join(folder, 'golden.json');
const written = () => parseDataSet(readFileSync(OUT), { file: OUT });

const FRAUD = 'id,age,income,city,member,fraud\r\n1,41,1.5e3,"Oslo, ""old"" town",true,no\n2,7,,Bergen,FALSE,yes\n';

it('makes an input of each column, with the datatype that its cells have, and a label of one', () => {
  expect(golden('from-csv', table(FRAUD), '--label', 'fraud', '--drop', 'id', '--out', OUT)).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining(
      'golden.json: 2 requests, label fraud; inputs: age INT64[1,1], income FP32',
    ) as unknown,
  });
  const { requests, labels, name } = written();
  expect([name, labels]).toEqual(['golden', ['no', 'yes']]);
  expect(requests[1]!.inputs).toEqual([
    { name: 'age', datatype: 'INT64', shape: [1, 1], data: [7] },
    { name: 'income', datatype: 'FP32', shape: [1, 1], data: [null] },
    { name: 'city', datatype: 'BYTES', shape: [1, 1], data: ['Bergen'] },
    { name: 'member', datatype: 'BOOL', shape: [1, 1], data: [false] },
  ]);
  expect(requests[0]!.inputs[2]!.data).toEqual(['Oslo, "old" town']);
});

it('makes one input of all columns where a model takes rows of numbers, and numbers of labels', () => {
  const file = table('\uFEFFa;b;y\n1;0,5;1\n'.replace('0,5', '0.5') + '2;NaN;\n');
  expect(golden('from-csv', file, '--label', 'y', '--input', 'float_input', '--out', OUT).code).toBe(0);
  const { requests, labels } = written();
  expect(requests.map(({ inputs }) => inputs)).toEqual([
    [{ name: 'float_input', datatype: 'FP32', shape: [1, 2], data: [1, 0.5] }],
    [{ name: 'float_input', datatype: 'FP32', shape: [1, 2], data: [2, null] }],
  ]);
  expect(labels).toEqual([1, undefined]);
});

it.each([
  ['no label', ['from-csv', table('a,y\n1,2\n', 'ok.csv')], /--label is missing: .* one of a, y; --unlabelled/],
  [
    'a label that is no column',
    ['from-csv', table('a,y\n1,2\n', 'ok.csv'), '--label', 'z'],
    /z: .* no such column; its first line names a, y/,
  ],
  ['a line of other length', ['from-csv', table('a,y\n1,2\n3\n', 'short.csv'), '--label', 'y'], /line 3 has 1 cell, /],
  ['a table without rows', ['from-csv', table('a,y\n', 'none.csv'), '--label', 'y'], /no line below its names/],
  [
    'two columns of one name',
    ['from-csv', table('a,a,y\n1,2,3\n', 'twice.csv'), '--label', 'y'],
    /two columns are called "a"/,
  ],
  [
    'text in one input of numbers',
    ['from-csv', table('a,y\nx,2\n', 'text.csv'), '--label', 'y', '--input', 'x'],
    /column a has "x"/,
  ],
  [
    'one mistyped number in a column of numbers',
    ['from-csv', table('age,y\n41,0\n4l,1\n20,0\n', 'slip.csv'), '--label', 'y'],
    /slip\.csv: line 3, column age: "4l" is no number, and most cells of the column are\. Mend it, .* --text age takes/,
  ],
  [
    'signs for missing values that are none, in the label too',
    ['from-csv', table('age,y\n41,?\n?,1\n?,0\n20,0\n7,0\n', 'signs.csv'), '--label', 'y'],
    /line 2, column y: "\?" is no number.*\n.*line 3, column age: "\?" is no number \(and 1 cell more\)/,
  ],
  [
    'decimal commas',
    ['from-csv', table('a;y\n0,5;1\n1,5;0\n', 'comma.csv'), '--label', 'y'],
    /line 2, column a: "0,5" is no number \(and 1 cell more\).* Write 0\.5; --text/,
  ],
  [
    'text of no column',
    ['from-csv', table('a,y\n1,2\n', 'ok.csv'), '--label', 'y', '--text', 'z'],
    /z: .* no such column/,
  ],
  ['a folder', ['from-csv', folder, '--label', 'y'], /is a folder; it takes a table/],
  ['another form', ['from-json', 'x'], /takes from-csv and one table: .*; got "from-json x"/],
  ['a label that is none', ['from-csv', table('a,y\n1,2\n', 'ok.csv'), '--label', 'y', '--unlabelled'], /one of them/],
  [
    'whole numbers with thousands',
    ['from-csv', table('a,y\n"1,234",0\n"2,345",1\n', 'thousands.csv'), '--label', 'y'],
    /Write 1\.234 or 1234, whichever it is/,
  ],
  [
    'a quote that stays open',
    ['from-csv', table('a,y\n1,0\n"2,1\n3,0\n', 'open.csv'), '--label', 'y'],
    /line 3: a quote/,
  ],
  [
    'a column without a name',
    ['from-csv', table(',a,y\n0,1,2\n', 'index.csv'), '--label', 'y'],
    /column 1 has no name.*index=False/,
  ],
  [
    'a column without a value',
    ['from-csv', table('a,b,y\n1,,2\n', 'gap.csv'), '--label', 'y'],
    /column b: has no value.*--drop b/,
  ],
  ['no column of inputs', ['from-csv', table('y\n1\n', 'alone.csv'), '--label', 'y'], /no column is left/],
  [
    'numbers that are infinite',
    ['from-csv', table('a,b,y\n1,inf,0\n1e400,1,1\n', 'inf.csv'), '--label', 'y'],
    /line 3, column a: 1e400 is beyond FP32[^]*line 2, column b: inf is beyond/,
  ],
  [
    'a boolean that is missing',
    ['from-csv', table('a,y\ntrue,0\n,1\n', 'maybe.csv'), '--label', 'y'],
    /line 3, column a: is empty, and true and false know no missing value/,
  ],
  [
    'more columns than inputs',
    [
      'from-csv',
      table(`${'a,'.repeat(1_001).replace(/a/g, () => `a${(names += 1)}`)}y\n${'1,'.repeat(1_001)}0\n`, 'wide.csv'),
      '--label',
      'y',
    ],
    /1001 columns, at most 1000 can be inputs; --input NAME/,
  ],
  [
    'Latin 1',
    ['from-csv', table(Buffer.from('na\u00efve,y\n1,0\n', 'latin1'), 'latin.csv'), '--label', 'na'],
    /is not UTF-8/,
  ],
  [
    'UTF-16',
    ['from-csv', table(Buffer.from('\uFEFFa,y\n1,0\n', 'utf16le'), 'wide16.csv'), '--label', 'y'],
    /is not UTF-8/,
  ],
  [
    'more rows than a rollout takes',
    ['from-csv', table(`a,y\n${'1,2\n'.repeat(10_001)}`, 'long.csv'), '--label', 'y'],
    /10,001 lines; .* at most 10,000 requests/,
  ],
])('refuses %s', (_, argv, message) => {
  const { code, out, err } = golden(...argv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
});

it('takes a column as text that is said to be text, and one of which few cells are numbers', () => {
  const file = table('code,city,y\n007,Oslo,1\n12b,3,none\n', 'codes.csv');
  const said = golden('from-csv', file, '--label', 'y', '--text', 'code', '--text', 'y', '--out', OUT);
  expect(said).toMatchObject({ code: 0, err: '' });
  const { requests, labels } = written();
  expect(requests.map(({ inputs }) => inputs.flatMap(({ datatype, data }) => [datatype, ...data]))).toEqual([
    ['BYTES', '007', 'BYTES', 'Oslo'],
    ['BYTES', '12b', 'BYTES', '3'],
  ]);
  expect(labels).toEqual(['1', 'none']);
});

it('writes samples and traffic, which have no right answers', () => {
  expect(golden('from-csv', table('a|b\n1|2\n3|4\n'), '--unlabelled', '--out', OUT)).toMatchObject({
    code: 0,
    out: expect.stringContaining('2 requests, no labels; inputs: a INT64[1,1], b INT64[1,1]') as unknown,
  });
  expect(written().labels).toBeUndefined();
});

it('keeps whole numbers that JSON would round, and tells what is sent otherwise than it looks', () => {
  const file = table('id,zip,when,y\n9007199254740993,007,2026-01-31,1\n-5,12,2026-02-01,0\n');
  const { out } = golden('from-csv', file, '--label', 'y', '--out', OUT);
  expect(out).toContain('zip: 007 is sent as 7; --text zip keeps its zeros');
  expect(out).toContain('when: dates are sent as the text that they are');
  expect(written().requests[0]!.inputs.map(({ datatype, data }) => [datatype, String(data[0])])).toEqual([
    ['INT64', '9007199254740993'],
    ['INT64', '7'],
    ['BYTES', '2026-01-31'],
  ]);
});

it('reads lines as RFC 4180 has them', () => {
  expect(csvLines('a,b\n"x\ny",""\n\nz,\n')).toEqual([
    { cells: ['a', 'b'], line: 1 },
    { cells: ['x\ny', ''], line: 2 },
    { cells: ['z', ''], line: 5 },
  ]);
});
