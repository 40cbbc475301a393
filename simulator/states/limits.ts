/** Payload of an input, an output or a state: 256 KiB. */
export const STATES_DATA_LIMIT_BYTES = 262_144;
/** Events of one execution. */
export const HISTORY_LIMIT = 25_000;

/** Whether a value as JSON, in UTF-8, has no more bytes than the payload of a state may have. */
export const isWithinDataLimit = (value: unknown): boolean =>
  mostBytes(value) <= STATES_DATA_LIMIT_BYTES ||
  Buffer.byteLength(JSON.stringify(value) ?? 'null') <= STATES_DATA_LIMIT_BYTES;

/** Bytes at most: of a character, which JSON may write as an escape; of a number or a boolean; of the signs around. */
const MOST = { character: 6, value: 25, signs: 4 };

/** No fewer bytes than a value has as JSON: most are far below the limit, and counting is cheaper than writing. */
function mostBytes(value: unknown): number {
  if (typeof value === 'string') return value.length * MOST.character + MOST.signs;
  if (typeof value !== 'object' || value === null) return MOST.value;
  let bytes = MOST.signs;
  if (Array.isArray(value)) {
    for (const member of value) bytes += mostBytes(member) + MOST.signs;
    return bytes;
  }
  if ('toJSON' in value) return Infinity;
  for (const [name, member] of Object.entries(value))
    bytes += name.length * MOST.character + MOST.signs + mostBytes(member);
  return bytes;
}
