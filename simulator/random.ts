/**
 * A seeded generator of numbers in [0, 1): Mulberry32 (T. Ettinger, public domain), 2^32 states, which is plenty for a
 * world that draws some thousand numbers. The seed may be any whole number or text.
 */
export function seededRandom(seed: number | string): () => number {
  let state = hash(String(seed));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A random (version 4) UUID from the world's generator. */
export function randomUuid(random: () => number): string {
  const digit = (character: string) => {
    const value = Math.floor(random() * 16);
    return (character === 'y' ? (value & 0x3) | 0x8 : value).toString(16);
  };
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, digit);
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193);
  return value >>> 0;
}
