import { env as runtime, InferenceSession } from 'onnxruntime-node';
import { version } from 'onnxruntime-node/package.json';
import { Writer } from 'protobufjs/minimal';

/*
 * Which models onnxruntime loads, asked of it: it has no function that says so, and its release notes give ranges of
 * versions that it does not keep to the number.
 */

/** A model of one operator; field numbers are those of onnx.proto. */
function model(irVersion: number, domain: string, opset: number, operator: string): Uint8Array {
  const message = (...fields: readonly (readonly [number, string | number | Uint8Array])[]) => {
    const writer = Writer.create();
    for (const [field, value] of fields) {
      if (typeof value === 'number') writer.uint32(field << 3).int64(value);
      else if (typeof value === 'string') writer.uint32((field << 3) | 2).string(value);
      else writer.uint32((field << 3) | 2).bytes(value);
    }
    return writer.finish();
  };
  const value = (name: string) => {
    const shape = message([1, message([1, 2])]);
    return message([1, name], [2, message([1, message([1, 1], [2, shape])])]);
  };
  const node = message([1, 'x'], [2, 'y'], [4, operator], [7, domain]);
  const graph = message([1, node], [2, 'probe'], [11, value('x')], [12, value('y')]);
  const standard = message([1, ''], [2, domain === '' ? opset : 13]);
  return message(
    [1, irVersion],
    [7, graph],
    [8, standard],
    ...(domain === '' ? [] : [[8, message([1, domain], [2, opset])] as const]),
  );
}

async function loads(file: Uint8Array): Promise<boolean> {
  try {
    await (await InferenceSession.create(file, { logSeverityLevel: 4 })).release();
    return true;
  } catch {
    return false;
  }
}

/** The highest number that still loads, counting up from one that does. */
async function highest(from: number, at: (number: number) => Uint8Array): Promise<number> {
  if (!(await loads(at(from)))) throw new Error(`the probe of ${from} does not load`);
  let number = from;
  while (await loads(at(number + 1))) number += 1;
  return number;
}

/** The block of the page. */
export async function runtimeVersions(): Promise<string> {
  runtime.logLevel = 'fatal';
  const ir = await highest(3, (number) => model(number, '', 13, 'Identity'));
  const standard = await highest(7, (number) => model(8, '', number, 'Identity'));
  const ml = await highest(1, (number) => model(8, 'ai.onnx.ml', number, 'Binarizer'));
  return [
    `onnxruntime-node   ${version}`,
    `ir_version         up to ${ir}`,
    `opset ai.onnx      up to ${standard}`,
    `opset ai.onnx.ml   up to ${ml}`,
  ].join('\n');
}
