import fc from 'fast-check';
import { ERROR_NAMES } from '../../lambdas/contract/errors';

/** What an attacker, or a tool that is broken, may send. */

/** A property is tried so often where a case takes a fraction of a millisecond. */
export const MANY = { numRuns: 500 } as const;
/** And so often where a case runs a whole step. */
export const SOME = { numRuns: 200 } as const;

/** Characters that end a line, start an escape sequence of a terminal, or turn the order of text around. */
const CONTROLS = ['\n', '\r', '\0', '\t', '\u001b[2J', '\u007f', '\u009b31m', '\u2028', '\u2029', '\u202e'];
/** Names that mean something to JavaScript's objects. */
const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'valueOf'];

const NASTY = [
  ...CONTROLS,
  ...PROTOTYPE_KEYS,
  '',
  ' ',
  '\ud800',
  '%',
  '%2e%2e%2f',
  'a+b%20c',
  '../../etc/passwd',
  '"}\n{"level":"ERROR","message":"forged"}',
  '<script>alert(1)</script>',
  "';rm -rf /;'",
  '$(id)',
  '=?UTF-8?B?w6k=?=',
  'é𝄞👩‍👩‍👧',
  'x'.repeat(5_000),
];

/** Text of any kind: every code unit, also halves of surrogate pairs. */
export const text = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...NASTY),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
    fc.tuple(fc.constantFrom(...NASTY), fc.constantFrom(...NASTY)).map(([one, other]) => one + other),
  );

/** A key that may be anything, and often is one of those that the boundary knows. */
export const keys = (known: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(fc.constantFrom(...known, ...known, ...PROTOTYPE_KEYS), text());

/** Numbers as JSON may write them: beyond doubles, beyond exact integers, below zero, not quite zero. */
const number = fc.oneof(
  fc.constantFrom('1e400', '-1e400', '-0', '1e-400', '9007199254740993', '123456789012345678901234567890', '-1', '0'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
);

const arrayOf = (items: readonly string[]): string => `[${items.join(',')}]`;
/** Keys may come twice, as in JSON they may. */
const objectOf = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;

/** Arrays in arrays, deeper than any recursion goes. */
const deep = fc.constantFrom('[', '{"a":').map((open) => {
  const levels = 6_000;
  return `${open.repeat(levels)}1${(open === '[' ? ']' : '}').repeat(levels)}`;
});

/** JSON text of any shape, whose objects often have the keys that are known. */
export const jsonText = (known: readonly string[] = ['a'], values: readonly string[] = []): fc.Arbitrary<string> => {
  const leaf = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('null', 'true', 'false', '""', '[]', '{}', ...values.map(String)) },
    { weight: 3, arbitrary: number },
    { weight: 3, arbitrary: text().map((one) => JSON.stringify(one)) },
  );
  return fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 18, arbitrary: leaf },
      { weight: 3, arbitrary: fc.array(tie('any'), { maxLength: 4 }).map(arrayOf) },
      { weight: 12, arbitrary: fc.array(fc.tuple(keys(known), tie('any')), { maxLength: 6 }).map(objectOf) },
      { weight: 1, arbitrary: deep },
    ),
  })).any;
};

/** What JSON.parse makes of it: `__proto__` is a key of its own then. */
export const json = (known?: readonly string[], values?: readonly string[]): fc.Arbitrary<unknown> =>
  jsonText(known, values).map((one) => printable(JSON.parse(one)));

/** fast-check prints a counterexample by walking through it, which a deep one does not survive. */
function printable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.defineProperty(value, fc.toStringMethod, { value: () => shownShort(value) });
}

function shownShort(value: object): string {
  try {
    return JSON.stringify(value).slice(0, 2_000);
  } catch {
    return 'a value too deep to print';
  }
}

/** A whole value in which a few fields, at any depth, are something else, or gone. */
export const damaged = (whole: unknown, known: readonly string[] = ['a']): fc.Arbitrary<unknown> => {
  const paths = pathsOf(whole, []);
  const change = fc.tuple(fc.constantFrom(...paths), fc.option(jsonText(known), { nil: undefined }));
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let made: unknown = JSON.parse(JSON.stringify(whole));
    for (const [path, value] of changes) made = changedAt(made, path, value);
    return printable(made);
  });
};

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function changedAt(value: unknown, [key, ...rest]: Path, json: string | undefined): unknown {
  if (key === undefined) return json === undefined ? {} : (JSON.parse(json) as unknown);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  const fields = value as Record<string | number, unknown>;
  if (rest.length > 0 || json !== undefined) fields[key] = changedAt(fields[key], rest, json);
  else if (Array.isArray(value)) value.splice(Number(key), 1);
  else delete fields[key];
  return value;
}

/** JSON text of a value; of one that is too deep for that, other text that is. */
export function inJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return `${'{"a":'.repeat(6_000)}1${'}'.repeat(6_000)}`;
  }
}

/** What work ended with. An error that is no Error would be a find of its own. */
export async function outcomeOf<T>(
  work: () => T | Promise<T>,
): Promise<{ readonly value: T } | { readonly error: Error }> {
  try {
    return { value: await work() };
  } catch (error) {
    // Errors may come from another realm than the test's.
    if (typeof error !== 'object' || error === null || !('name' in error)) throw new Error(`threw ${String(error)}`);
    return { error: error as Error };
  }
}

export const isNamed = (error: Error, ...alsoNamed: readonly string[]): boolean =>
  [...ERROR_NAMES, ...alsoNamed].includes(error.name);

/** Text that stays on its line and cannot steer a terminal. Halves of surrogate pairs are no text either. */
export const isOneLine = (said: string): boolean => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(said);

/** Fails where an error is unnamed, or its sentence could forge a line or is more than a person reads. */
export function expectNamed(error: Error, ...alsoNamed: readonly string[]): void {
  if (!isNamed(error, ...alsoNamed)) throw new Error(`unnamed: ${error.name}: ${error.message}`, { cause: error });
  if (!isOneLine(error.message)) throw new Error(`not on one line: ${JSON.stringify(error.message)}`);
  if (error.message.length === 0 || error.message.length > 10_000)
    throw new Error(`${error.message.length} characters`);
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const members = (): string => PROTOTYPES.map((one) => Reflect.ownKeys(one).map(String).join()).join('\n');
const before = members();

afterEach(() => {
  // Whatever a file tries, nothing may be left in what all objects share.
  expect(members()).toBe(before);
});
