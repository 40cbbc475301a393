import { percent } from '../../domain/numbers';
import { type Html, html } from '../words/html';
import { px, shortened, WIDTH } from './frame';

export interface SideShares {
  readonly name: string;
  readonly role: 'blue' | 'green';
  /** 0 to 1, one per class. */
  readonly shares: readonly number[];
}

const LEFT = 96;
const RIGHT = WIDTH - 62;
const BAR = 11;
const GAP = 9;
const TOP = 4;
const MOST_LETTERS = 13;

export const sharesHeight = (classes: number, sides: number): number => TOP + classes * (sides * BAR + GAP) + 4;

/** Bars of each class, blue's above green's, each with its share. */
export function drawShares(classNames: readonly string[], sides: readonly SideShares[]): readonly Html[] {
  const highest = Math.max(0.01, ...sides.flatMap(({ shares }) => shares));
  const row = sides.length * BAR + GAP;
  return classNames.map((name, index) => {
    const top = TOP + index * row;
    const bars = sides.map(({ role, shares }, side) => {
      const share = shares[index] ?? 0;
      const [y, length] = [top + side * BAR, px((share / highest) * (RIGHT - LEFT))];
      return html`<rect class="${role}-bar" x="${LEFT}" y="${y}" width="${length}" height="${BAR - 1}" /><text
          x="${px(LEFT + length + 4)}"
          y="${y + BAR - 2}"
          >${percent(share)}</text
        >`;
    });
    return html`<g
      ><text x="${LEFT - 6}" y="${top + (sides.length * BAR) / 2 + 4}" text-anchor="end"
        >${shortened(name, MOST_LETTERS)}</text
      >${bars}</g
    >`;
  });
}
