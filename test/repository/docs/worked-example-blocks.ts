import * as example from './worked-example';

/** The example's numbers as docs/explanation/judge.md shows them, in its order. */

const percent = (share: number, digits: number) => `${(100 * share).toFixed(digits)} %`;
const fixed = (value: number, digits: number) => value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1');
const significant = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Right-aligned columns under their titles. */
function block(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((cells) => cells[column]!.length)));
  return [titles, ...rows]
    .map((cells) => cells.map((cell, column) => cell.padStart(widths[column]!)).join('  '))
    .join('\n');
}

const perMinute = (titles: readonly string[], cells: (index: number) => readonly string[]): string =>
  block(
    ['minute', ...titles],
    example.minutes.map((_, index) => [String(index + 1), ...cells(index)]),
  );

const { effects, gates, combined, minutes, placed, rates, reach, stakes, worth } = example;
const nameOf = (place: number) => percent(effects[place]!, 2);

export const blocks: Readonly<Record<string, string>> = {
  counts: perMinute(['weight', 'blue', 'failed', 'green', 'failed'], (index) => {
    const one = minutes[index]!;
    const counts = [one.blueRequests, one.blueEvents, one.greenRequests, one.greenEvents];
    return [percent(one.weight, 0), ...counts.map(String)];
  }),

  boundaries: perMinute(["blue's rate, guessed", 'green tolerated up to'], (index) => [
    percent(rates[index]!, 4),
    percent(example.boundaryOf(rates[index]!), 4),
  ]),

  stakes: block(
    ['green fails', 'nats a request', 'bakes needed', 'stake'],
    effects.map((_, place) => [
      nameOf(place),
      worth[place]!.toFixed(7),
      significant(8 / (worth[place]! * reach.greenRequests)),
      stakes[place]! > 0 ? percent(stakes[place]!, 1) : 'none',
    ]),
  ),

  projections: block(
    ['green fails', 'x, blue', 'y, green', '2 failed', '4 answered', '76 of blue', 'S'],
    example.projections.map(({ effect, x, y, failed, answered, blue, sum }) => [
      percent(effect, 2),
      percent(x, 3),
      percent(y, 3),
      ...[failed, answered, blue, sum].map((part) => fixed(part, 3)),
    ]),
  ),

  scores: perMinute(['believed', ...placed.map(nameOf)], (index) => [
    fixed(example.believed[index]!, 3),
    ...example.scores[index]!.map((score) => fixed(score, 3)),
  ]),

  coins: perMinute([...placed.map(nameOf), 'gate errors', 'ln'], (index) => [
    ...example.perEffect[index]!.map((value) => fixed(Math.exp(value), 3)),
    fixed(Math.exp(example.errorsEvidence[index]!), 3),
    fixed(example.errorsEvidence[index]!, 3),
  ]),

  gates: block(
    ['gate', 'part', 'ln evidence', 'coins', 'part x coins'],
    [
      ...gates.map((gate) => {
        const value = gate.logEvidence.at(-1)!;
        const coins = [Math.exp(value), combined.part(gate) * Math.exp(value)];
        return [
          gate.gate,
          percent(combined.part(gate), 1),
          fixed(value, 2),
          ...coins.map((amount) => fixed(amount, 2)),
        ];
      }),
      ['all', '100.0 %', fixed(example.allEvidence, 2), '', fixed(Math.exp(example.allEvidence), 2)],
    ],
  ),

  all: perMinute(['all, ln', 'all, coins'], (index) => [
    fixed(combined.logEvidence[index]!, 2),
    fixed(Math.exp(combined.logEvidence[index]!), 2),
  ]),

  noHarm: perMinute(['harmful from', 'S, like blue', 'S, halfway', 'ln'], (index) => {
    const { likeBlue, halfway, value } = example.noHarm[index]!;
    return [percent(example.harmfulFrom(rates[index]!), 4), fixed(likeBlue, 3), fixed(halfway, 3), fixed(value, 3)];
  }),

  proofs: block(
    ['gate', 'proof of no harm, ln', 'needed'],
    gates.map((gate) => [
      gate.gate,
      fixed(gate.logNonInferiority.at(-1)!, 2),
      fixed(example.judgement.logNonInferiorityLimit, 2),
    ]),
  ),
};

const thousands = (value: number) => value.toLocaleString('en-US');
/** The bet that the page takes as its example. */
const shown = example.projections[5]!;
const coinsAfter = (minute: number) => Math.exp(combined.logEvidence[minute - 1]!).toFixed(0);

/** What the sentences around the blocks say. */
export const sentences: readonly string[] = [
  `In the ${example.history.length} minutes before, blue failed ${example.past.events} of ` +
    `${thousands(example.past.requests)} requests`,
  `= ${percent(rates[0]!, 4)}`,
  `${reach.greenRequests.toFixed(0)} requests within the ${example.plannedMinutes} planned minutes`,
  `the row of ${percent(shown.effect, 2)}`,
  `${fixed(100 * shown.effect, 2)} / ${fixed(100 * shown.y, 3)} = ${fixed(shown.effect / shown.y, 1)}, which is ` +
    `e^${fixed(Math.log(shown.effect / shown.y), 2)}`,
  `S is ${fixed(shown.sum, 2)}, so this bet grew by e^${fixed(shown.sum, 2)} = ${Math.exp(shown.sum).toFixed(0)}`,
  `${fixed(100 * example.onStart(1), 0)} % of each bet's money is on "from the first minute on" and ` +
    `${fixed(100 * example.onStart(2), 2)} % on each later minute`,
  `${coinsAfter(5)} coins are more than 100`,
  `After minute 3, with one failure, it had ${coinsAfter(3)} coins`,
  example.judgement.reason,
  example.judgement.gates[0]?.reaction?.words ?? 'no reaction',
];
