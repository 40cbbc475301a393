import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Answered } from '../../lambdas/domain/feedback';
import {
  MAX_REQUEST_ID_LENGTH,
  readRequestId as readWith,
  writeRequestId as writeWith,
  type RequestIdContent,
} from '../../lambdas/model-server/feedback/request-id';

const KEY = `1.${'k'.repeat(43)}`;
const readRequestId = (id: string) => readWith(id, KEY);
const writeRequestId = (given: RequestIdContent) => writeWith(given, KEY);

const content: RequestIdContent = {
  endpoint: 'digits',
  version: '7',
  model: '0123456789ab',
  at: Date.UTC(2026, 10, 27, 12),
  invocation: '5d2b5c9a-0d0e-4a26-9f3f-0e1b1c9f7a11',
  live: true,
  answered: { rows: 1, predicted: { kind: 'class', classes: 10, values: [4] } },
};

const wholes = fc.integer({ min: -1000, max: 1000 });
const scores = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const names = fc.string({ maxLength: 20, unit: 'grapheme' });
const rowsOf = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 12 });
const predicted: fc.Arbitrary<Answered['predicted']> = fc.oneof(
  fc.record({
    kind: fc.constant('class' as const),
    classes: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
    values: rowsOf(wholes),
  }),
  fc.record({ kind: fc.constant('name' as const), values: rowsOf(names) }),
  fc.record({ kind: fc.constant('score' as const), values: rowsOf(scores) }),
);
const anyContent: fc.Arbitrary<RequestIdContent> = fc.record({
  endpoint: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
  version: fc.integer({ min: 1, max: 999_999_999 }).map(String),
  model: fc.stringMatching(/^[0-9a-f]{12}$/),
  at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  invocation: fc.uuid(),
  live: fc.boolean(),
  answered: fc.option(
    predicted.map((one) => ({ rows: one.values.length, predicted: one })),
    { nil: undefined },
  ),
});

describe('a request id', () => {
  it('says what was written into it', () => {
    fc.assert(
      fc.property(anyContent, (given) => {
        const id = writeRequestId(given);
        expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(id.length).toBeLessThanOrEqual(MAX_REQUEST_ID_LENGTH);
        const read = readRequestId(id);
        expect(rounded(read as RequestIdContent)).toEqual(rounded(given));
      }),
    );
  });

  it('is refused with any character changed, left out, doubled or added', () => {
    const character = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
    fc.assert(
      fc.property(anyContent, fc.nat(), character, (given, place, other) => {
        const id = writeRequestId(given);
        const at = place % id.length;
        const changed = id.slice(0, at) + other + id.slice(at + 1);
        const without = id.slice(0, at) + id.slice(at + 1);
        const doubled = id.slice(0, at + 1) + id.slice(at);
        for (const wrong of [changed, without, doubled, id + other, id.slice(0, at)]) {
          if (wrong !== id) expect(readRequestId(wrong)).toHaveProperty('problem');
        }
      }),
    );
  });

  it('cannot be made without the key, nor by one who has seen many', () => {
    fc.assert(
      fc.property(anyContent, fc.string(), anyContent, (given, otherKey, seen) => {
        fc.pre(otherKey !== KEY);
        expect(readRequestId(writeWith(given, otherKey))).toHaveProperty('problem', 'not an id');
        // A signature that was seen, under a body of one's own.
        const [mine, theirs] = [writeWith(given, ''), writeRequestId(seen)];
        const signed = mine.slice(0, -22) + theirs.slice(-22);
        if (signed !== theirs) expect(readRequestId(signed)).toHaveProperty('problem', 'not an id');
      }),
    );
    // As ids were signed before there were keys: a digest that any caller can make.
    const body = writeRequestId(content).slice(0, -22);
    const digest = createHash('sha256').update(body).digest('base64url');
    for (const length of [8, 22]) expect(readRequestId(body + digest.slice(0, length))).toHaveProperty('problem');
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `g2-${text}`),
        ),
        (text) => {
          expect(readRequestId(text)).toHaveProperty('problem');
        },
      ),
    );
  });

  it('has about two hundred characters for one row', () => {
    expect(writeRequestId(content).length).toBeLessThan(215);
  });

  it('of another format is told from one that was mistyped', () => {
    expect(readRequestId(writeRequestId(content).replace(/^g2-/, 'g1-'))).toEqual({
      problem: 'another format',
      format: '1',
    });
    expect(readRequestId(writeRequestId(content).slice(0, -1))).toEqual({
      problem: 'not an id',
      why: 'it was cut or mistyped, or is not of this endpoint',
    });
  });

  it('carries a hundred classes, and of names that would be too long the first rows', () => {
    const hundred = Array.from({ length: 100 }, (_, row) => row % 10);
    const many = {
      ...content,
      answered: { rows: 250, predicted: { kind: 'class', classes: 10, values: hundred } },
    } as const;
    expect(readRequestId(writeRequestId(many))).toEqual(many);

    const long = hundred.map((_, row) => `a name of more than thirty characters, number ${row}`);
    const id = writeRequestId({ ...content, answered: { rows: 100, predicted: { kind: 'name', values: long } } });
    const read = readRequestId(id) as RequestIdContent;
    const kept = read.answered?.predicted.values.length ?? 0;
    expect(id.length).toBeLessThanOrEqual(MAX_REQUEST_ID_LENGTH);
    expect(kept).toBeGreaterThan(5);
    expect(read.answered).toEqual({ rows: 100, predicted: { kind: 'name', values: long.slice(0, kept) } });
  });

  it('with a content that no server writes is refused, though its signature is right', () => {
    const forged = [
      { ...content, endpoint: '../x' },
      { ...content, version: '07' },
      { ...content, invocation: '../../models/digits/x' },
      { ...content, at: -1 },
      { ...content, answered: { rows: 1, predicted: { kind: 'class', classes: 10, values: [1, 2] } } },
    ] as RequestIdContent[];
    for (const one of forged)
      expect(readRequestId(writeRequestId(one))).toEqual({
        problem: 'not an id',
        why: 'its content is not what this server writes',
      });
  });
});

/** Scores keep nine digits. */
function rounded(one: RequestIdContent): unknown {
  const { answered } = one;
  if (answered?.predicted.kind !== 'score') return one;
  const values = answered.predicted.values.map((value) => Number(value.toPrecision(9)));
  return { ...one, answered: { ...answered, predicted: { ...answered.predicted, values } } };
}
