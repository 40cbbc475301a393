import { emfSink, type LabelCounts } from '../../lambdas/model-server/emf-sink';

type Line = Readonly<Record<string, unknown>> & {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly { readonly Dimensions: unknown }[];
  };
};

/** The lines that labels write to stdout. */
function linesOf(...labels: readonly LabelCounts[]): readonly Line[] {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const sink = emfSink();
  labels.forEach((one) => sink.recordLabel(one));
  write.mockRestore();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

const values = (lines: readonly Line[], metric: string): readonly unknown[] =>
  lines.flatMap((line) => (line[metric] === undefined ? [] : [line[metric]].flat()));

const at = Date.now();
const label = (scored: LabelCounts['scored'], version = '7'): LabelCounts => ({
  ...{ endpoint: 'digits', version, at, delaySeconds: 90, scored },
});

it('labels are counted for the version that answered, in the minute in which they came', () => {
  const lines = linesOf(label([{ right: true }]), label([{ right: false }], '8'));
  expect(lines).toEqual([
    expect.objectContaining({ E: 'digits', V: '7', RightAnswers: 1, LabelDelay: 90 }),
    expect.objectContaining({ E: 'digits', V: '8', RightAnswers: 0, LabelDelay: 90, WrongLabelDelay: 90 }),
  ]);
  expect(lines[0]).not.toHaveProperty('WrongLabelDelay');
  expect(lines.map(({ _aws }) => _aws.Timestamp)).toEqual([at, at]);
});

it('a hundred rows are all counted, each line under exactly the dimensions that the judge asks for', () => {
  const rows = Array.from({ length: 100 }, (_, row) => ({ right: row % 4 > 0 }));
  const lines = linesOf(label(rows));
  expect(lines.map(({ _aws }) => _aws.CloudWatchMetrics.map(({ Dimensions }) => Dimensions))).toEqual(
    lines.map(() => [[['E', 'V']]]),
  );
  expect(lines.every(({ E, V }) => E === 'digits' && V === '7')).toBe(true);
  expect(values(lines, 'RightAnswers')).toEqual(rows.map(({ right }) => (right ? 1 : 0)));
  expect(values(lines, 'LabelDelay')).toHaveLength(100);
  expect(values(lines, 'WrongLabelDelay')).toHaveLength(25);
});

it('a regression has its squared error, and no accuracy', () => {
  const [line] = linesOf(label([{ squaredError: 4 }, { squaredError: 0.25 }]));
  expect(line).toMatchObject({ SquaredError: [4, 0.25] });
  expect(line).not.toHaveProperty('RightAnswers');
  expect(line).not.toHaveProperty('LabelDelay');
});
