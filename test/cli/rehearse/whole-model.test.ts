import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wholeModel, withWeights } from '../../../cli/whole-model';
import { digits, fixture, input, outputOf, serve } from '../../model-server/serve';

/** As torch.onnx.export of PyTorch 2.15 writes a network of two layers: 8 numbers to 3 logits. */
const EXPORTED = join(__dirname, 'pytorch', 'blue.onnx');
const rows = input(
  'x',
  'FP32',
  [2, 8],
  [...Array.from({ length: 8 }, (_, at) => at / 4), ...new Array<number>(8).fill(-1)],
);

const ANSWERED = [1.35762, 1.0804, -6.50064, -2.27021, -4.92597, 7.58808];

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'whole-model-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const copied = (): string => {
  for (const name of ['blue.onnx', 'blue.onnx.data']) copyFileSync(join(EXPORTED, '..', name), join(folder, name));
  return join(folder, 'blue.onnx');
};
const whole = (path: string): Uint8Array => wholeModel(path, readFileSync(path));

it('makes one model of a file and its weights beside it, which answers as both do', async () => {
  const model = Buffer.from(whole(EXPORTED));
  const { statusCode, ...reply } = await serve(model).infer(rows);
  expect(statusCode).toBe(200);
  const logits = outputOf({ statusCode, ...reply }, 'logits').map(Number);
  // What onnxruntime answers for Python, which reads both files.
  ANSWERED.forEach((value, at) => expect(logits[at]).toBeCloseTo(value, 3));
  // Once it is whole there is nothing to do.
  expect(wholeModel('whole.onnx', model)).toBe(model);
});

it('says which files it read, for an upload', () => {
  const path = copied();
  expect(withWeights(path, readFileSync(path).length)).toEqual({
    bytes: whole(EXPORTED),
    says: `One model is made of ${path} and its weights in blue.onnx.data.`,
  });
});

it.each(['external.onnx', 'external-subgraph.onnx', 'external-sparse.onnx', 'external-function.onnx'])(
  'finds the tensors of %s wherever the format allows them',
  (file) => {
    const path = join(folder, file);
    writeFileSync(path, fixture(file));
    writeFileSync(join(folder, 'weights.bin'), new Uint8Array(4096));
    expect(wholeModel('whole.onnx', Buffer.from(whole(path)))).toHaveLength(whole(path).length);
  },
);

it('leaves alone what has its weights in it, and what is no model', () => {
  for (const bytes of [digits('v1-baseline.onnx'), digits('truncated.onnx'), Buffer.from('text')])
    expect(wholeModel('a.onnx', bytes)).toBe(bytes);
});

it('names a file of weights that is not there, too short, or outside of the folder', () => {
  const path = copied();
  truncateSync(`${path}.data`, 100);
  expect(() => whole(path)).toThrow(
    /tensor \S+ lie in "blue\.onnx\.data", which has 100 bytes, and not \d+ from \d+ on: is it of another export\?/,
  );
  rmSync(`${path}.data`);
  expect(() => whole(path)).toThrow(/"blue\.onnx\.data", which cannot be read: put it beside the model/);
  writeFileSync(join(folder, 'out.onnx'), fixture('external-attribute.onnx'));
  expect(() => whole(join(folder, 'out.onnx'))).toThrow(
    /"\.\.\/\.\.\/etc\/passwd", which is no file in the folder of the model/,
  );
});
