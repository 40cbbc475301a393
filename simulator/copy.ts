/**
 * A deep copy of plain data, as a trip over the network makes one: objects, arrays, dates, sets and bytes are copied,
 * members that are undefined vanish (or stay, for DynamoDB, whose client refuses them itself). Streams and other class
 * instances pass as they are.
 */
export function copyOf(value: unknown, undefineds: 'drop' | 'keep' = 'drop'): unknown {
  const copy = (inner: unknown) => copyOf(inner, undefineds);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof Set) return new Set([...(value as ReadonlySet<unknown>)].map(copy));
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  // An SDK blob has methods of its own, which a copy would lose.
  if (value instanceof Uint8Array) return Object.hasOwn(value, 'transformToString') ? value : new Uint8Array(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => undefineds === 'keep' || member !== undefined)
      .map(([key, member]) => [key, copy(member)]),
  );
}
