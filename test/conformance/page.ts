import { differenceOf } from './check';
import { DIFFERENCES, type Place } from './differences';
import type { Expectation } from './expectation';
import { FACTS, type FactId } from './facts';
import { EXPECTATIONS, TOPICS } from './topics';

const PLACES = ['embedded', 'MiniStack', 'gateway'] as const satisfies readonly Place[];
const NAMES: Readonly<Record<Place, string>> = {
  embedded: 'the embedded engine',
  MiniStack: 'MiniStack',
  gateway: 'MiniStack behind the gateway',
};

/** Cells are padded, so that the page is as prettier would write it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(3, name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const commandsOf = ({ covers }: Expectation) => covers.map((command) => `\`${command}\``).join(', ');
const stateIn = (place: Place, expectation: Expectation) =>
  differenceOf(place, expectation) ? '**differs**' : 'as AWS';

/** Who does what AWS does. */
function agreesOf(expectation: Expectation): string {
  const agree = PLACES.filter((place) => !differenceOf(place, expectation)).map((place) => NAMES[place]);
  if (agree.length === PLACES.length) return 'all';
  return agree.length === 0 ? 'none of them' : agree.join(', ');
}

const topicTables = () =>
  TOPICS.map(({ title, expectations }) => {
    const rows = expectations.map((one) => [
      one.name,
      commandsOf(one),
      one.fact,
      ...PLACES.map((place) => stateIn(place, one)),
    ]);
    const head = ['expectation', 'commands', 'fact', 'embedded', 'MiniStack', 'behind the gateway'];
    return `### ${title}\n\n${table(head, rows)}`;
  }).join('\n\n');

function differenceTable(): string {
  const rows = DIFFERENCES.map((row) => {
    const expectation = EXPECTATIONS.find(({ name }) => name === row.expectation)!;
    const where = row.where.map((place) => NAMES[place]).join(', ');
    return [row.expectation, where, row.instead, agreesOf(expectation), expectation.fact];
  });
  return table(['AWS', 'differs', 'there instead', 'as AWS', 'fact'], rows);
}

const factTable = () =>
  table(
    ['fact', 'says', 'from'],
    (Object.keys(FACTS) as FactId[]).map((id) => [id, FACTS[id].says, `[${FACTS[id].from}](${FACTS[id].url})`]),
  );

const count = (place: Place) => EXPECTATIONS.filter((expectation) => differenceOf(place, expectation)).length;

/** The tables of docs/reference/conformance.md, by the name of their place in it. */
export const BLOCKS: Readonly<Record<string, () => string>> = {
  counts: () =>
    table(
      ['where', 'as AWS', 'differs'],
      PLACES.map((place) => [NAMES[place], String(EXPECTATIONS.length - count(place)), String(count(place))]),
    ),
  differences: differenceTable,
  expectations: topicTables,
  facts: factTable,
};

/** A page with its tables written anew, between `<!-- name -->` and `<!-- /name -->`. */
export const withTables = (page: string): string =>
  Object.entries(BLOCKS).reduce(
    (text, [name, write]) =>
      text.replace(
        new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`),
        () => `<!-- ${name} -->\n\n${write()}\n\n<!-- /${name} -->`,
      ),
    page,
  );
