import type { WorldContext } from '../service';

type Random = WorldContext['random'];

/** `length` characters of `alphabet`, drawn from the world's seeded random. */
export function randomText(random: Random, length: number, alphabet: string): string {
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}

/** Four hex digits from 16 random bits. */
const fourHex = (random: Random): string =>
  Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');

/** A UUID in shape (version 4), the same for the same seed. */
export function randomUuid(random: Random): string {
  const part = () => fourHex(random);
  return `${part()}${part()}-${part()}-4${part().slice(1)}-a${part().slice(1)}-${part()}${part()}${part()}`;
}
