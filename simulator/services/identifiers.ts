import type { WorldContext } from '../service';

type WorldRandom = WorldContext['random'];

/** `length` characters of `alphabet`, drawn from the world's seeded random. */
export function randomText(random: WorldRandom, length: number, alphabet: string): string {
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}
