import { answerCounter, measured, type OutputFacts } from '../../lambdas/domain/measures/count-answers';
import { classIndices, kindOf, type PredictionOutput } from '../../lambdas/domain/prediction';
import { readRows } from '../../lambdas/domain/row-answer';
import { decideTask, type ModelTask } from '../../lambdas/domain/task';

/*
 * A row of whole numbers or booleans has one meaning, which the model and its task decide: what is counted, what the
 * golden set reads and what a replay compares are the same, whatever the values of an answer are.
 */
const settings = (task?: ModelTask) => ({ task, predictionOutput: undefined, classNames: undefined, own: [] });

const output = (name: string, kind: PredictionOutput['kind'], ...rows: readonly (readonly number[])[]) => ({
  ...{ name, kind, shape: [rows.length, rows[0]!.length] },
  data: rows.flat(),
});
const factsOf = (answer: readonly PredictionOutput[]): readonly OutputFacts[] =>
  answer.map(({ name, kind, shape }) => ({ name, kind, shape: [-1, ...shape.slice(1)] }));

function counted(answer: readonly PredictionOutput[], task?: ModelTask) {
  const counter = answerCounter(factsOf(answer), settings(task));
  return { names: counter.measures.map(({ name }) => name), cells: counter.count(answer, answer[0]!.shape[0]!, 100) };
}

const all = <T>(n: number, of: T): T[] => Array.from({ length: n }, () => of);

it('counts a dead quantised model as its float twin: class 0 of every row', () => {
  const dead = (kind: PredictionOutput['kind']) => [output('y', kind, ...all(50, [0, 0, 0]))];
  expect(counted(dead('integer'), 'classification').cells).toEqual({ A: all(50, 0) });
  expect(counted(dead('integer'), 'classification')).toEqual(counted(dead('float'), 'classification'));
});

it.each([undefined, 'classification'] as const)(
  'counts a row alike alone and in any batch, where the task is %s',
  (task) => {
    const rows = [
      [0, 1, 0],
      [0, 2, 0],
      [0, 0, 1],
      [1, 1, 0],
    ];
    const classes = (...some: readonly (readonly number[])[]) =>
      counted([output('y', 'integer', ...some)], task).cells['A'];
    expect(classes(...rows)).toEqual([1, 1, 2, 0]);
    expect(rows.flatMap((row) => classes(row))).toEqual([1, 1, 2, 0]);
  },
);

it('counts the class of one-hot booleans, of which the answers say that they are a classification', () => {
  expect(kindOf('BOOL')).toBe('integer');
  const answer = [output('y', 'integer', [0, 0, 1, 0], [1, 0, 0, 0])];
  const answers = readRows(answer, 2, settings());
  const facts = { setting: undefined, said: undefined, labels: [], answers, classNames: undefined };
  expect(decideTask(facts)).toMatchObject({ task: 'classification' });
  expect(counted(answer).cells['A']).toEqual([2, 0]);
});

it('counts the labels where the task is several, and no class', () => {
  const { names, cells } = counted([output('y', 'integer', [0, 1, 1])], 'multilabel');
  expect(names).toEqual(['label', 'labels']);
  expect(cells['L']).toEqual([1, 2, -1]);
});

it.each(['float', 'integer'] as const)('counts one class where a model without batches gives a row of %ss', (kind) => {
  const answer: PredictionOutput = { name: 'y', kind, shape: [3], data: [1, 2, 9] };
  const counter = answerCounter([{ name: 'y', kind, shape: [3] }], settings('classification'));
  expect([1, 3].map((rows) => counter.count([answer], rows, 100))).toEqual([{ A: [2] }, { A: [2] }]);
  expect(measured([answer], ['class'], settings('classification'), 1, 100).classes).toEqual([2]);
});

describe('scores of whole numbers beside how sure the model is', () => {
  const answer = [output('sure', 'float', [0.9], [0.4]), output('y', 'integer', [-128, 5, 127], [9, -3, 0])];

  it('are the classes of a classification, in what is counted, replayed and read of the golden set', () => {
    expect(counted(answer, 'classification')).toEqual({ names: ['class'], cells: { A: [2, 0] } });
    expect(classIndices(answer, settings(), 100)).toEqual([2, 0]);
    expect(readRows(answer, 2, settings('classification')).map((row) => row?.values)).toEqual([
      [-128, 5, 127],
      [9, -3, 0],
    ]);
  });

  it('may be the answer where no task is set, and so may the number: both are counted', () => {
    const { names, cells } = counted(answer);
    expect(names).toEqual(['class', 'score']);
    expect(cells['A']).toEqual([2, 0]);
    expect(cells['S']).toHaveLength(2);
    const { numbers } = measured(answer, ['score'], settings(), 2, 100);
    expect(numbers).toEqual({ score: [0.9, 0.4] });
    expect(readRows(answer, 2, settings()).map((row) => row?.values)).toEqual([[0.9], [0.4]]);
  });

  it('are nothing beside a class that is said', () => {
    const said = { ...output('class', 'integer', [4], [1]), shape: [2] };
    expect(counted([...answer, said])).toEqual({ names: ['class'], cells: { A: [4, 1] } });
  });

  it('are no answer of a regression', () => {
    expect(counted(answer, 'regression').names).toEqual(['score']);
  });
});
