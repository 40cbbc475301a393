/**
 * A deep copy of plain data, as a trip over the network makes one: objects, arrays, dates, sets and bytes are copied,
 * members that are undefined vanish (or stay, for DynamoDB, whose client refuses them itself). Streams and other class
 * instances pass as they are.
 */
export function copyOf(value: unknown, undefineds: 'drop' | 'keep' = 'drop'): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member) => copyOf(member, undefineds));
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof Set) return new Set(Array.from(value, (member) => copyOf(member, undefineds)));
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  // An SDK blob has methods of its own, which a copy would lose.
  if (value instanceof Uint8Array) return Object.hasOwn(value, 'transformToString') ? value : new Uint8Array(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  const copied: Record<string, unknown> = { ...value };
  for (const name of Object.keys(copied)) {
    const member = copied[name];
    if (typeof member === 'object') copied[name] = copyOf(member, undefineds);
    else if (member === undefined && undefineds === 'drop') delete copied[name];
  }
  return copied;
}
