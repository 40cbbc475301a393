import { gzipSync } from 'node:zlib';
import { DataSetInvalid } from '../../lambdas/contract/data-request';
import { inferRequest, parseDataSet } from '../../lambdas/contract/golden-set';

const age = (...data: readonly unknown[]) => ({ name: 'age', datatype: 'FP32', shape: [data.length, 1], data });
const city = (...data: readonly unknown[]) => ({ name: 'city', datatype: 'BYTES', shape: [data.length, 1], data });
const set = (...requests: readonly unknown[]) => ({ name: 'fraud', requests });

describe('a data set of requests', () => {
  it('has any number of inputs, of numbers and text, and a label', () => {
    const { requests, labels } = parseDataSet(set({ inputs: [age(41), city('Oslo')], label: 1, note: 'ignored' }));
    expect(requests).toEqual([{ inputs: [age(41), city('Oslo')], rows: 1, labels: [1] }]);
    expect(labels).toEqual([1]);
  });

  it('is sent as the protocol has it, without its label', () =>
    expect(inferRequest(parseDataSet(set({ inputs: [age(41)], label: 1 })), 0)).toEqual({ inputs: [age(41)] }));

  it('may hold batches, whose labels are one per row', () => {
    const dataSet = parseDataSet(
      set({ inputs: [age(1, 2), city('a', 'b')], labels: ['x', null] }, { inputs: [age(3), city('c')], label: 'y' }),
    );
    expect(dataSet.requests.map(({ rows }) => rows)).toEqual([2, 1]);
    expect(dataSet.labels).toEqual(['x', undefined, 'y']);
  });

  it('takes a request with one label for one question, whatever its first size means', () => {
    const [request] = parseDataSet(set({ inputs: [{ ...age(1, 2, 3), shape: [3] }], label: [1, 0] })).requests;
    expect(request).toMatchObject({ rows: 1, labels: [[1, 0]] });
  });

  it('keeps NaN, true and integers beyond 2^53 as JSON has them', () => {
    const inputs = [
      { name: 'f', datatype: 'FP64', shape: [1, 2], data: [[null, 1.5]] },
      { name: 'b', datatype: 'BOOL', shape: [1, 2], data: [1, false] },
      { name: 'i', datatype: 'INT64', shape: [1], data: ['9007199254740993'] },
      { name: 'none', datatype: 'FP16', shape: [1, 0], data: [] },
    ];
    const [request] = parseDataSet(set({ inputs, label: true })).requests;
    expect(request!.inputs.map(({ data }) => data)).toEqual([[null, 1.5], [true, false], ['9007199254740993'], []]);
    expect(request!.labels).toEqual([1]);
  });

  it('may have rows of different shapes', () => {
    const ids = (...data: readonly number[]) => ({ name: 'ids', datatype: 'INT64', shape: [1, data.length], data });
    const { requests } = parseDataSet(set({ inputs: [ids(1, 2, 3)] }, { inputs: [ids(4)] }));
    expect(requests.map(({ inputs }) => inputs[0]!.shape)).toEqual([
      [1, 3],
      [1, 1],
    ]);
  });

  it('is named by its file where it says no name, and read from .jsonl, packed or not', () => {
    const lines = Buffer.from(
      `\uFEFF${JSON.stringify({ inputs: [age(1)], label: 0 })}\r\n\n${JSON.stringify({ inputs: [age(2)], label: 1 })}\n`,
    );
    const found = parseDataSet(lines, { file: 'golden/fraud.jsonl' });
    expect(found).toMatchObject({ name: 'fraud.jsonl', labels: [0, 1] });
    expect(parseDataSet(gzipSync(lines), { file: 'golden/fraud.jsonl.gz' })).toEqual(found);
    const whole = gzipSync(JSON.stringify(set({ inputs: [age(1)] })));
    expect(parseDataSet(whole, { file: 'golden/x.json.gz' })).toMatchObject({ name: 'fraud', labels: undefined });
  });
});

describe('a data set in columns', () => {
  const columns = {
    name: 'fraud',
    inputs: [
      { name: 'age', datatype: 'FP32', shape: [3, 1], data: [41, null, 7] },
      { name: 'city', datatype: 'BYTES', shape: [3], data: ['Oslo', 'Bergen', ''] },
      { name: 'points', datatype: 'INT8', shape: [3, 2], data: [1, 2, 3, 4, 5, 6] },
      { name: 'words', datatype: 'BYTES', shape: [3, -1], data: [['a'], ['b', 'c'], []] },
    ],
    labels: [0, 1, null],
  };

  it('is one request per row', () => {
    const { requests, labels } = parseDataSet(columns);
    expect(labels).toEqual([0, 1, undefined]);
    expect(requests[1]!.inputs).toEqual([
      { name: 'age', datatype: 'FP32', shape: [1, 1], data: [null] },
      { name: 'city', datatype: 'BYTES', shape: [1], data: ['Bergen'] },
      { name: 'points', datatype: 'INT8', shape: [1, 2], data: [3, 4] },
      { name: 'words', datatype: 'BYTES', shape: [1, 2], data: ['b', 'c'] },
    ]);
    expect(requests[2]!.inputs[3]).toMatchObject({ shape: [1, 0], data: [] });
  });

  it.each<[string, unknown, RegExp]>([
    [
      'of different length',
      { ...columns, inputs: [age(1), age(1, 2)].map((one, index) => ({ ...one, name: `x${index}` })) },
      /input "x1": shape\[0\] is 2, but input "x0" has 1 rows/,
    ],
    ['of one name', { ...columns, inputs: [age(1), age(2)] }, /inputs\[1\].name is "age", as an input before it/],
    [
      'with a value of another type',
      { ...columns, inputs: [city('a', 2)], labels: undefined },
      /row 1, input "city": data\[1\]\[0\] is 2, not text/,
    ],
    ['with too few labels', { ...columns, labels: [1] }, /labels has 1 entries, the data has 3 rows/],
    ['beside requests', { ...columns, requests: [] }, /the file has requests and inputs of requests, inputs/],
    ['that are none', { name: 'x' }, /the file has none of requests, inputs \(columns\) and inputName/],
  ])('%s is refused', (_, file, sentence) => {
    expect(() => parseDataSet(file)).toThrow(DataSetInvalid);
    expect(() => parseDataSet(file)).toThrow(sentence);
  });
});

describe('what is wrong is named by row, input, value and limit', () => {
  it.each<[unknown, RegExp]>([
    [{ inputs: [age(1), city(5)] }, /row 1, input "city": data\[0\] is 5, not text/],
    [{ inputs: [age(1e39)] }, /row 1, input "age": data\[0\] is 1e\+39, not a finite number from -3\.40/],
    [{ inputs: [{ ...age(1), shape: [1, 2] }] }, /row 1, input "age": data has 1 values, the shape says 2/],
    [{ inputs: [{ ...age(1), datatype: 'float' }] }, /row 1, input "age": datatype is "float", not one of FP16/],
    [{ inputs: [] }, /row 1: inputs is an array of 0, not an array of 1 to 1000/],
    [{ inputs: [age(1), age(2)] }, /row 1: inputs\[1\]\.name is "age", as an input before it/],
    [{ inputs: [age(1)], label: {} }, /row 1: label is an object, not text, a finite number/],
    [{ inputs: [age(1)], label: ['a'] }, /row 1: label is an array of 1, but row 0: label is a number/],
    [{ inputs: [age(1)], label: 1, labels: [1] }, /row 1: has both label and labels/],
    [{ inputs: [age(1, 2)], labels: [1, 2, 3] }, /row 1: labels is an array of 3, not .* each of the 2 rows/],
    [{ inputs: [age(1)], label: 'cat' }, /row 1: label is "cat", but row 0: label is a number/],
  ])('%j', (request, sentence) => {
    const file = set({ inputs: [age(0)], label: 0 }, request);
    expect(() => parseDataSet(file)).toThrow(sentence);
  });

  it('and by line in .jsonl', () => {
    const lines = `${JSON.stringify({ inputs: [age(1)] })}\n\n{"inputs": \n`;
    expect(() => parseDataSet(lines, { file: 'a.jsonl' })).toThrow(/line 3 \(row 1\) is not JSON/);
    expect(() => parseDataSet('\n', { file: 'a.jsonl' })).toThrow(/the file has no line with a request/);
    const two = `${JSON.stringify({ inputs: [age(1)] })}\n`.repeat(2);
    expect(() => parseDataSet(two, { file: 'a.jsonl', maxRequests: 1 })).toThrow(/has 2 requests; the limit is 1/);
  });
});

describe('what is absent, and where labels stand', () => {
  const one = { inputs: [age(41), city('Oslo')] };

  it.each([
    ['label of a request', set({ ...one, label: null }), undefined],
    ['labels beside a label', set({ ...one, labels: null, label: 1 }), [1]],
    ['label beside labels', set({ inputs: [age(1, 2)], labels: ['x', 'y'], label: null }), ['x', 'y']],
    ['other forms', { ...set(one), inputs: null, inputName: null, task: null }, undefined],
    ['requests beside columns', { name: 'f', requests: null, inputs: [age(1, 2)], labels: [0, 1] }, [0, 1]],
  ])('null is absent: %s', (_, file, labels) => expect(parseDataSet(file).labels).toEqual(labels));

  it('null for a name is absent where the file has one', () =>
    expect(parseDataSet(Buffer.from(JSON.stringify({ ...set(one), name: null })), { file: 'a/f.json' }).name).toBe(
      'f.json',
    ));

  it('a single request in a .json keeps its label, as a line of a .jsonl does', () => {
    const line = JSON.stringify({ ...one, label: 'fraud' });
    const [json, jsonl] = ['g.json', 'g.jsonl'].map((file) => parseDataSet(Buffer.from(line), { file }));
    expect(json).toMatchObject({ requests: [{ inputs: one.inputs, rows: 1 }], labels: ['fraud'] });
    expect({ ...json, name: '' }).toEqual({ ...jsonl, name: '' });
    const former = { name: 'x', inputName: 'age', datatype: 'FP32', shape: [1, 1], data: [41], label: 1 };
    expect(parseDataSet(former)).toMatchObject({ requests: [{ inputs: [age(41)] }], labels: [1] });
  });

  const refusal = (source: unknown, file?: string): string => {
    try {
      parseDataSet(source, { ...(file !== undefined && { file }) });
    } catch (error) {
      return String(error);
    }
    return 'taken';
  };
  const labelled = (label: unknown) => ({ inputs: [age(1)], label });

  it('a label of another kind is named where it stands', () => {
    const lines = Buffer.from(
      [labelled(1), '', labelled('x')].map((line) => (line ? JSON.stringify(line) : '')).join('\n'),
    );
    expect(refusal(lines, 'g.jsonl')).toContain('line 3 (row 1): label is "x", but line 1 (row 0): label is a number');
    expect(refusal(set(labelled(1), labelled('x')))).toContain('row 1: label is "x", but row 0: label is a number');
    expect(refusal(set(labelled(1), { inputs: [age(1, 2)], labels: [2, 'x'] }))).toContain('row 1: labels[1] is "x"');
    expect(refusal({ name: 'f', inputs: [age(1, 2)], labels: [1, 'x'] })).toContain(
      'labels[1] is "x", but labels[0] is',
    );
  });

  it('a label that does not fit the task is named where it stands', () => {
    expect(refusal({ ...set(labelled(1), labelled(1.5)), task: 'classification' })).toContain('row 1: label is 1.5');
    expect(refusal({ ...set(labelled('x')), task: 'regression' })).toContain('row 0: label is "x"');
  });
});
