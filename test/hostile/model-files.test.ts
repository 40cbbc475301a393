import fc from 'fast-check';
import { Writer } from 'protobufjs/minimal';
import { isWellFormed } from '../../lambdas/contract/problems';
import { errorBody, NOT_READY_CODES } from '../../lambdas/contract/inference-protocol';
import { findExternalData } from '../../lambdas/model-server/external-data';
import { fixture, serve } from '../model-server/serve';
import { inJson, isNamed, isOneLine, keys, outcomeOf, SOME, text } from './hostile';

// Hundreds of models are loaded.
const FILES = ['echo-fp32.onnx', 'gather.onnx', 'external.onnx', 'external-subgraph.onnx', 'multi-input.onnx'].map(
  fixture,
);

/** A field of bytes, of another message, or of text. */
const field = (number: number, value: Uint8Array | string): Uint8Array => {
  const writer = new Writer().uint32((number << 3) | 2);
  return (typeof value === 'string' ? writer.string(value) : writer.bytes(value)).finish();
};
const varint = (number: number, value: number): Uint8Array =>
  new Writer()
    .uint32(number << 3)
    .uint32(value)
    .finish();
const all = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

const tensorType = field(1, all(varint(1, 1), field(2, field(1, varint(1, 1)))));
const valueInfo = (name: string) => all(field(1, name), field(2, tensorType));
/** y = Identity(x), of one number, with these names; `more` goes into the graph. */
const echo = (x: string, y: string, ...more: readonly Uint8Array[]): Buffer => {
  const node = all(field(1, x), field(2, y), field(4, 'Identity'));
  const graph = all(field(1, node), field(2, 'g'), ...more, field(11, valueInfo(x)), field(12, valueInfo(y)));
  return all(varint(1, 8), field(7, graph), field(8, varint(2, 13)));
};
const entry = (key: string, value: string) => field(13, all(field(1, key), field(2, value)));

/** What a server says of a file: ready, or why not, in five seconds of the processor at most and in one line. */
async function look(file: Uint8Array) {
  const served = serve(file, { maxModelMegabytes: 1 });
  const began = process.cpuUsage();
  const reply = await served.call('GET', '/v2/health/ready');
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000).toBeLessThan(5_000);
  expect(served.lines.filter(({ level }) => level === 'error')).toEqual([]);
  if (reply.statusCode === 200) return { served, code: undefined };
  const { code, error } = errorBody.parse(reply.json);
  expect(NOT_READY_CODES).toContain(code);
  expect([error, isOneLine(error)]).toEqual([error, true]);
  expect(error.length).toBeLessThan(10_000);
  return { served, code };
}

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((one) => Buffer.from(one)),
  fc.tuple(fc.constantFrom(...FILES), fc.nat()).map(([file, at]) => file.subarray(0, at % file.length)),
  fc
    .tuple(
      fc.constantFrom(...FILES),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
    )
    .map(([file, changes]) => {
      const changed = Buffer.from(file);
      for (const [at, byte] of changes) changed[at % changed.length] = byte;
      return changed;
    }),
  // Groups in groups, which a parser skips by calling itself.
  fc.integer({ min: 1, max: 50_000 }).map((levels) => Buffer.alloc(levels, 0x0b)),
  // A part that says that it is longer than any file.
  fc
    .constantFrom(1, 5, 7, 20, 25)
    .map((number) => Buffer.from([(number << 3) | 2, 0xff, 0xff, 0xff, 0xff, 0x0f]).subarray(number > 15 ? 1 : 0)),
);

test('bytes of any kind are searched for other files to an end: found, none, or no model', () =>
  fc.assert(
    fc.asyncProperty(bytes, async (file) => {
      const began = performance.now();
      const outcome = await outcomeOf(() =>
        findExternalData(file.length, (into, at) => Buffer.from(file).copy(into, 0, at)),
      );
      if ('error' in outcome) {
        expect(isNamed(outcome.error, 'NotReady')).toBe(true);
        expect(isOneLine(outcome.error.message)).toBe(true);
      }
      expect(performance.now() - began).toBeLessThan(1_000);
    }),
    { numRuns: 1_500 },
  ));

test('bytes of any kind are served or answered with a reason', () =>
  fc.assert(
    fc.asyncProperty(bytes, async (file) => void (await look(file))),
    SOME,
  ));

test('a tensor whose values lie in any other file is refused, wherever the path leads', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.constantFrom('../../etc/passwd', '/etc/passwd', 'C:\\x', '*/_ORT_MEM_ADDR_/*', 'file:///etc/passwd'),
        text(),
      ),
      fc.constantFrom('location', 'offset', 'location '),
      fc.boolean(),
      async (path, key, marked) => {
        const tensor = all(
          varint(1, 1),
          varint(2, 1),
          field(8, 'w'),
          entry(key, path),
          ...(marked ? [varint(14, 1)] : []),
        );
        expect((await look(echo('x', 'y', field(5, tensor)))).code).toBe('ExternalData');
      },
    ),
    SOME,
  ));

test('a model whose inputs and outputs have any names is served under them, or refused', () =>
  fc.assert(
    fc.asyncProperty(keys(['x', 'y']), keys(['x', 'y']), async (x, y) => {
      // Half a surrogate pair is no UTF-8, so that no file has such a name.
      fc.pre(isWellFormed(x + y));
      const { served, code } = await look(echo(x, y));
      if (code !== undefined) return;
      const reply = await served.infer(inJson({ inputs: [{ name: x, datatype: 'FP32', shape: [1], data: [7] }] }));
      expect(served.lines.filter(({ level }) => level === 'error')).toEqual([]);
      if (reply.statusCode !== 200) return expect(isOneLine(errorBody.parse(reply.json).error)).toBe(true);
      expect(reply.json['outputs']).toMatchObject([{ name: y, data: [7] }]);
    }),
    // The runtime quotes the name, in which nothing may be searched for again and again.
    {
      ...SOME,
      examples: [
        ['', 'x'.repeat(5_000)],
        ['', 'x'.repeat(200_000)],
      ],
    },
  ));

test('an initializer that declares more than the file holds is no model', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 8 }),
      async (sizes) => {
        fc.pre(sizes.reduce((product, size) => product * size, 1) > 1);
        const tensor = all(
          ...sizes.map((size) => varint(1, size)),
          varint(2, 1),
          field(8, 'w'),
          field(9, new Uint8Array(4)),
        );
        const asked = field(1, all(field(1, 'w'), field(2, 'z'), field(4, 'Identity')));
        const model = echo('x', 'y', field(5, tensor), asked, field(12, valueInfo('z')));
        expect((await look(model)).code).toBe('ModelUnloadable');
      },
    ),
    SOME,
  ));
