/** Payload of an input, an output or a state: 256 KiB. */
export const STATES_DATA_LIMIT_BYTES = 262_144;
/** Events of one execution. */
export const HISTORY_LIMIT = 25_000;

/** Bytes of a value as JSON, in UTF-8. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? 'null');
}
