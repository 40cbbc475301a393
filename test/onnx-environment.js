// Jest runs each test file in a realm of its own; onnxruntime's native half makes its arrays in the outer one, and its
// JavaScript half checks them with `instanceof`. So the test realm gets the outer realm's typed arrays.
const { TestEnvironment } = require('jest-environment-node');

const TYPED_ARRAYS = [
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'BigInt64Array',
  'Uint8Array',
  'Uint16Array',
  'Uint32Array',
  'BigUint64Array',
];

module.exports = class OnnxEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of TYPED_ARRAYS) if (globalThis[name] !== undefined) this.global[name] = globalThis[name];
  }
};
