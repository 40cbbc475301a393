import { Writer } from 'protobufjs/minimal';
import { readGraph } from '../../lambdas/model-server/model-graph';

const part = (field: number, content: Uint8Array | string) => {
  const writer = Writer.create().uint32((field << 3) | 2);
  return (typeof content === 'string' ? writer.string(content) : writer.bytes(content)).finish();
};
const packed = (values: readonly number[]) =>
  part(8, values.reduce((writer, value) => writer.int32(value), Writer.create()).finish());

/** A model of one tree ensemble with this attribute, and how much of the file is read to know its graph. */
function read(...attribute: readonly Uint8Array[]) {
  const node = Buffer.concat([part(4, 'TreeEnsembleClassifier'), part(5, Buffer.concat(attribute))]);
  const file = part(7, part(1, node));
  let bytes = 0;
  const graph = readGraph(file.length, (buffer, position) => {
    const there = file.subarray(position, position + buffer.byteLength);
    buffer.set(there);
    bytes += there.length;
    return there.length;
  });
  return { graph, bytes, size: file.length };
}

it('steps over the integers of a forest, unless they say what is missing', () => {
  const many = packed(new Array<number>(1_000_000).fill(1));
  const features = read(part(1, 'nodes_featureids'), many);
  expect(features.graph.takesMissing).toBe(false);
  expect(features.bytes).toBeLessThan(features.size / 5);
  expect(read(part(1, 'nodes_missing_value_tracks_true'), packed([0, 1])).graph.takesMissing).toBe(true);
  expect(read(part(1, 'nodes_missing_value_tracks_true'), packed([0, 0])).graph.takesMissing).toBe(false);
  expect(read(packed([0, 1]), part(1, 'nodes_missing_value_tracks_true')).graph.takesMissing).toBe(true);
});

const readBytes = (file: Buffer) =>
  readGraph(file.length, (buffer, position) => file.copy(buffer, 0, position, position + buffer.byteLength));

it.each([
  // Each is skipped by a call in a call.
  ['groups in groups without end', Buffer.alloc(1_000, 0x0b), /nested deeper than 100 levels/],
  // A graph of 2 bytes whose node claims 5, in a file that has as many.
  ['a part that is longer than what it is in', Buffer.from([0x3a, 2, 0x0a, 5, 0, 0, 0, 0, 0]), /would end at/],
])('gives up on %s, and says why', (_, file, why) => {
  expect(() => readBytes(file)).toThrow(why);
});
