/** A longer word has room for more mistakes. */
const mistakes = (word: string): number => (word.length <= 3 ? 1 : word.length <= 6 ? 2 : 3);

/**
 * What was probably meant by a word that is none: those that it begins, as `stat` begins `status`, else the nearest,
 * where few letters differ. None where nothing is near.
 */
export function suggestions(word: string, known: readonly string[]): readonly string[] {
  const begun = word.length < 2 ? [] : known.filter((one) => one.startsWith(word));
  if (begun.length > 0) return begun;
  const near = known
    .map((one) => ({ one, away: distance(word, one) }))
    .filter(({ one, away }) => away <= mistakes(word) && away < one.length);
  const least = Math.min(...near.map(({ away }) => away));
  return near.filter(({ away }) => away === least).map(({ one }) => one);
}

/** `Did you mean promote, report or reject?`; nothing where nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const found = suggestions(word, known);
  if (found.length === 0) return '';
  const last = found.at(-1)!;
  return `; did you mean ${found.length === 1 ? last : `${found.slice(0, -1).join(', ')} or ${last}`}?`;
}

/**
 * Letters to insert, delete, replace or swap with the next:
 * https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance (of restricted edits)
 */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const [above, twoAbove] = [rows[row - 1]!, rows[row - 2]];
    const own = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = twoAbove !== undefined && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      own.push(
        Math.min(
          above[column]! + 1,
          own[column - 1]! + 1,
          above[column - 1]! + (same ? 0 : 1),
          swapped ? twoAbove[column - 2]! + 1 : Infinity,
        ),
      );
    }
    rows.push(own);
  }
  return rows[from.length]![to.length]!;
}
