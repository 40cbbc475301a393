/** Colours and the like, which take no place on the screen. */
const SEQUENCE = /\u001b\[[0-9;]*m/g;
/** East Asian wide and fullwidth characters, and pictures, take two columns (https://www.unicode.org/reports/tr11/). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;

const columnsOf = (character: string): number => (NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** A line cut to so many columns of a screen; its colours stay, and end. */
export function within(line: string, columns: number): string {
  const parts = line.split(SEQUENCE);
  const sequences = line.match(SEQUENCE) ?? [];
  let left = columns;
  const kept = parts.map((part, index) => {
    let text = '';
    for (const character of part) {
      left -= columnsOf(character);
      if (left < 0) break;
      text += character;
    }
    return text + (sequences[index] ?? '');
  });
  return kept.join('');
}
