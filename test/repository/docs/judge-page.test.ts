import { page, tableRows } from './markdown-files';
import { settingRows } from './setting-rows';
import * as example from './worked-example';
import { blocks, sentences } from './worked-example-blocks';

const PAGE = page('docs/explanation/judge.md');
const section = (heading: string) => PAGE.split(`\n${heading}\n`)[1]?.split(/\n##+ /)[0] ?? '';

/** Text as it reads, however its lines are broken. */
const flowing = (text: string) => text.replace(/\s+/g, ' ');

describe("the judge page's example", () => {
  it('shows the numbers that the judge computes today, block by block, and no others', () => {
    const shown = [...PAGE.matchAll(/```text\n([\s\S]*?)\n```/g)].map(([, text]) => text);
    expect(shown).toEqual(Object.values(blocks));
  });

  it('says the same numbers in its sentences', () => {
    const text = flowing(section('## An example in all its numbers'));
    expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([]);
  });

  it('explains in steps what the judge computes at once', () => {
    const [errors] = example.gates;
    errors!.logEvidence.forEach((value, index) => expect(example.errorsEvidence[index]).toBeCloseTo(value, 10));
    expect(example.allEvidence).toBeCloseTo(example.judgement.logEvidence.at(-1)!, 10);
    const highest = Math.max(0, ...example.noHarm.map(({ value }) => value));
    expect(highest).toBeCloseTo(errors!.logNonInferiority.at(-1)!, 10);
    example.projections.forEach(({ sum }, k) =>
      expect(sum * example.believed.at(-1)!).toBeCloseTo(example.scores.at(-1)![k]!, 10),
    );
    expect(example.judgement).toMatchObject({ verdict: 'fail', gate: 'errors', decidedAtMinute: 5 });
  });

  it('supposes the usual noise, because blue had no failure', () => {
    expect(example.noise).toBeUndefined();
  });
});

describe("the judge page's knobs", () => {
  const JUDGING =
    /^(gates\.|falseAlarmRate$|missRate$|strategy$|onInsufficientEvidence\.|watch(Until)?Minutes$|vetoAlarms$)/;
  const judging = settingRows().filter(({ name }) => JUDGING.test(name));
  const rows = tableRows(section('## Every knob'));

  it('are all that a verdict depends on', () => {
    expect(rows.map(([name]) => name).sort()).toEqual(judging.map(({ name }) => name).sort());
  });

  it.each(judging)('give the default of $name', ({ name, default: value }) => {
    expect(rows.find(([knob]) => knob === name)?.[2]).toBe(value);
  });
});
