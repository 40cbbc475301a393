/**
 * The first place of a list of growing sizes from which on `found` holds, the list's length where it never does. Begins at
 * `guess`, strides away from it with doubled steps, and halves what lies between. A larger size is taken to be found
 * whenever a smaller one is: with common random numbers that is so but for rare exceptions.
 */
export function smallestFound(length: number, guess: number, found: (place: number) => boolean): number {
  let [low, high] = [-1, length];
  let [at, stride] = [Math.min(Math.max(0, guess), length - 1), 1];
  while (high - low > 1) {
    if (found(at)) high = at;
    else low = at;
    if (low === -1) at = Math.max(0, high - stride);
    else if (high === length) at = Math.min(length - 1, low + stride);
    else at = (low + high) >> 1;
    stride *= 2;
  }
  return high;
}
