/**
 * Floats as JSON text that is as short as it can be: the fewest digits that read back as the same FP32 or FP16, and of
 * those the nearest. JSON.stringify writes doubles, twice as long: 0.10000000149011612 for the float32 that is 0.1.
 * NaN is `null`, and the infinities are numbers beyond a double, which readers take as infinities.
 */

/** Looked up once: a global costs more in a realm of its own than what is done with it. */
const { abs, floor, fround, log10, min, round } = Math;

const INFINITY_TEXT = '1e999';

/** A float32 has 24 bits and needs 9 digits at most; most need 7 to 9, round ones fewer. */
const MOST_DIGITS = 9;
const USUAL_DIGITS = 6;
const LARGEST = 10 ** MOST_DIGITS;
const POWERS = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/** Decimal exponents of a float32 go from -45 to 38; those of what scales it to 9 digits from -30 to 53. */
const SCALE_OFFSET = 30;
const SCALES = Float64Array.from({ length: 84 }, (_, index) => Number(`1e${index - SCALE_OFFSET}`));
/** Half the gap to the next float32, by the exponent's bits; below the normal numbers it stays the same. */
const HALF_GAPS = Float64Array.from({ length: 255 }, (_, bits) => 2 ** (Math.max(bits, 1) - 151));
/** Lower bound of log10 of 2^(bits - 127), by the exponent's bits: at most one below the real exponent. */
const EXPONENTS = Int8Array.from({ length: 255 }, (_, bits) => Math.floor((bits - 127) * Math.log10(2)));
/** Scaling rounds twice, 2^-52 of a value that is 2^25 half gaps: where that could matter, text decides. */
const DOUBT = 1e-6;

/** `-100000000000000000000,` and one to spare. */
const MOST_BYTES = 24;
const PER_CHUNK = 4096;
const chunk = Buffer.alloc(PER_CHUNK * MOST_BYTES);

const [COMMA, MINUS, PLUS, POINT, ZERO, E] = [...',-+.0e'].map((sign) => sign.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
];

/** The values with commas between them. */
export function float32Text(values: Float32Array): string {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let text = '';
  for (let start = 0; start < values.length; start += PER_CHUNK) {
    const end = min(start + PER_CHUNK, values.length);
    let at = 0;
    for (let index = start; index < end; index += 1) {
      at = writeFloat32(values[index]!, bits[index]!, at);
      chunk[at++] = COMMA;
    }
    text += chunk.toString('latin1', 0, end === values.length ? at - 1 : at);
  }
  return text;
}

const halfTexts: (string | undefined)[] = [];

/** The same for float16: there are so few that each is searched for once. */
export function float16Text(values: ArrayLike<number>, bits: Uint16Array, narrow: (value: number) => number): string {
  const texts = new Array<string>(values.length);
  for (let index = 0; index < values.length; index += 1) {
    texts[index] = halfTexts[bits[index]!] ??= searched(values[index]!, narrow);
  }
  return texts.join(',');
}

/** The same for doubles, which need no search. */
export function float64Text(values: Float64Array): string {
  const plain = values.every((value) => Number.isFinite(value) && !Object.is(value, -0));
  return plain ? JSON.stringify(Array.from(values)).slice(1, -1) : Array.from(values, doubleText).join(',');
}

function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return value < 0 ? `-${INFINITY_TEXT}` : INFINITY_TEXT;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Every length in turn, by the language's own rounding. */
function searched(value: number, narrow: (value: number) => number): string {
  if (!Number.isFinite(value) || value === 0) return doubleText(value);
  for (let digits = 1; digits < MOST_DIGITS; digits += 1) {
    const found = Number(value.toPrecision(digits));
    if (narrow(found) === value) return String(found);
  }
  return String(Number(value.toPrecision(MOST_DIGITS)));
}

/** Writes one value into the chunk at `at`, and says where it ended. */
function writeFloat32(value: number, bits: number, at: number): number {
  const exponentBits = (bits >>> 23) & 255;
  if (exponentBits === 255 || value === 0) return writeText(doubleText(value), at);
  const magnitude = abs(value);
  // A subnormal's exponent is not in its bits.
  let exponent = exponentBits === 0 ? floor(log10(magnitude)) : EXPONENTS[exponentBits]!;
  let scale = SCALES[MOST_DIGITS - 1 - exponent + SCALE_OFFSET]!;
  if (magnitude * scale >= LARGEST) {
    exponent += 1;
    scale = SCALES[MOST_DIGITS - 1 - exponent + SCALE_OFFSET]!;
  }
  const scaled = magnitude * scale;
  const above = HALF_GAPS[exponentBits]! * scale;
  const isPowerOfTwo = exponentBits > 1 && (bits & 0x7fffff) === 0;
  const dropped = isPowerOfTwo ? droppedOfPower(scaled, above) : droppedDigits(scaled, above);
  if (dropped < 0) return writeText(searched(value, fround), at);
  let whole = round(scaled / POWERS[dropped]!);
  let digits = MOST_DIGITS - dropped;
  if (whole === POWERS[digits]) {
    whole = 1;
    digits = 1;
    exponent += 1;
  }
  if (value < 0) chunk[at++] = MINUS;
  return writeDecimal(whole, digits, exponent, at);
}

/** How many of the nine digits may go, at most; -1 where rounding errors leave it open. */
function droppedDigits(scaled: number, halfGap: number): number {
  let dropped = MOST_DIGITS - USUAL_DIGITS;
  let fits = distance(scaled, dropped) / halfGap;
  if (abs(fits - 1) < DOUBT) return -1;
  const step = fits < 1 ? 1 : -1;
  for (;;) {
    const next = dropped + step;
    if (next < 0 || next === MOST_DIGITS) return step > 0 ? dropped : 0;
    fits = distance(scaled, next) / halfGap;
    if (abs(fits - 1) < DOUBT) return -1;
    if (step > 0 && fits > 1) return dropped;
    if (step < 0 && fits < 1) return next;
    dropped = next;
  }
}

/**
 * The gap below a power of two is half of the one above, so that a longer decimal may miss where a shorter one fits.
 */
function droppedOfPower(scaled: number, above: number): number {
  for (let dropped = MOST_DIGITS - 1; dropped > 0; dropped -= 1) {
    const rounded = round(scaled / POWERS[dropped]!) * POWERS[dropped]!;
    const fits = abs(rounded - scaled) / (rounded < scaled ? above / 2 : above);
    if (abs(fits - 1) < DOUBT) return -1;
    if (fits < 1) return dropped;
  }
  return 0;
}

const distance = (scaled: number, dropped: number): number =>
  abs(round(scaled / POWERS[dropped]!) * POWERS[dropped]! - scaled);

/** `whole` has so many digits, the first of them at 10^exponent. As JavaScript writes a number. */
function writeDecimal(whole: number, digits: number, exponent: number, at: number): number {
  if (exponent >= 0 && exponent < 21) {
    const before = exponent + 1;
    if (digits <= before) return fill(writeDigits(whole, digits, at), before - digits);
    const after = digits - before;
    const power = POWERS[after]!;
    const integer = floor(whole / power);
    at = writeDigits(integer, before, at);
    chunk[at++] = POINT;
    return writeDigits(whole - integer * power, after, at);
  }
  if (exponent < 0 && exponent >= -6) {
    chunk[at++] = ZERO;
    chunk[at++] = POINT;
    return writeDigits(whole, digits, fill(at, -exponent - 1));
  }
  const power = POWERS[digits - 1]!;
  const first = floor(whole / power);
  chunk[at++] = ZERO + first;
  if (digits > 1) {
    chunk[at++] = POINT;
    at = writeDigits(whole - first * power, digits - 1, at);
  }
  chunk[at++] = E;
  chunk[at++] = exponent < 0 ? MINUS : PLUS;
  return writeText(String(abs(exponent)), at);
}

function writeDigits(whole: number, digits: number, at: number): number {
  let rest = whole;
  for (let index = at + digits - 1; index >= at; index -= 1) {
    const tens = (rest / 10) | 0;
    chunk[index] = ZERO + rest - tens * 10;
    rest = tens;
  }
  return at + digits;
}

function fill(at: number, zeros: number): number {
  for (let index = 0; index < zeros; index += 1) chunk[at + index] = ZERO;
  return at + zeros;
}

function writeText(text: string, at: number): number {
  for (let index = 0; index < text.length; index += 1) chunk[at + index] = text.charCodeAt(index);
  return at + text.length;
}
