import fc from 'fast-check';
import { float16Text, float32Text, float64Text } from '../../lambdas/model-server/float-text';
import { halvesIn } from '../../lambdas/model-server/tensor-data';

/** The shortest by trying every length, as JavaScript writes it. */
function shortest(value: number, narrow: (value: number) => number): string {
  if (Object.is(value, -0)) return '-0';
  for (let digits = 1; digits <= 9; digits += 1) {
    const found = Number(value.toPrecision(digits));
    if (narrow(found) === value) return String(found);
  }
  throw new Error(`${value} needs more than 9 digits`);
}

const float32At = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;
const text32 = (value: number): string => float32Text(Float32Array.of(value));

describe('a float as text', () => {
  it('is the shortest that reads back as the same FP32, whatever its bits are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(2 ** 24)), (bits) => {
        const value = float32At(bits);
        if (!Number.isFinite(value)) return;
        expect(text32(value)).toBe(shortest(value, Math.fround));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is so beside every power of two and of ten, where the gaps change', () => {
    const powers = [
      ...Array.from({ length: 277 }, (_, index) => 2 ** (index - 149)),
      ...Array.from({ length: 84 }, (_, index) => Math.fround(Number(`1e${index - 45}`))),
    ].filter((value) => Number.isFinite(value) && value > 0);
    const bits = new Uint32Array(Float32Array.from(powers).buffer);
    for (const middle of bits) {
      for (const near of [middle - 1, middle, middle + 1]) {
        const value = float32At(near);
        if (Number.isFinite(value) && value !== 0) expect(text32(value)).toBe(shortest(value, Math.fround));
      }
    }
  });

  it('is so for every FP16', () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, index) => index).filter((one) => (one & 0x7c00) !== 0x7c00);
    const halves = halvesIn(bits.buffer);
    const scratch = halvesIn(new ArrayBuffer(2));
    const narrow = (value: number) => ((scratch[0] = value), scratch[0]);
    const texts = float16Text(halves, bits, narrow).split(',');
    expect(texts.every((text, index) => Object.is(narrow(Number(text)), halves[index]))).toBe(true);
    expect(Math.max(...texts.map((text) => text.replace(/[-.]|e.*|^0+/g, '').length))).toBeLessThan(12);
    expect([1, 0x2e66, 0x7bff].map((one) => texts[one])).toEqual(['6e-8', '0.1', '65500']);
  });

  it.each([
    [NaN, 'null'],
    [Infinity, '1e999'],
    [-Infinity, '-1e999'],
    [-0, '-0'],
    [0.1, '0.1'],
    [16_777_216, '16777216'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
    [-1.17549435e-38, '-1.1754944e-38'],
    [1e-45, '1e-45'],
  ])('%p is %s', (value, text) => {
    expect(text32(value)).toBe(text);
    if (!Number.isFinite(value)) expect(float64Text(Float64Array.of(1, value))).toBe(`1,${text}`);
  });

  it('is as long as it was sent, in lists of any length', () => {
    const values = Float32Array.from({ length: 10_000 }, (_, index) => Math.round(index * 37) / 100);
    expect(JSON.parse(`[${float32Text(values)}]`)).toEqual(
      Array.from({ length: 10_000 }, (_, index) => Math.round(index * 37) / 100),
    );
    expect(float32Text(new Float32Array())).toBe('');
    expect(float64Text(Float64Array.of(0.1, -0))).toBe('0.1,-0');
  });
});
