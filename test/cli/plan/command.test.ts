import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePlanArguments } from '../../../cli/plan/arguments';
import { questionOf } from '../../../cli/plan/request';
import { runPlan } from '../../../cli/plan/run-plan';
import { ownProcess } from '../../../cli/plan/workers';

const folder = mkdtempSync(join(tmpdir(), 'plan-'));
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function run(...argv: readonly string[]) {
  const [out, note]: string[][] = [[], []];
  const output = { out: (text: string) => out!.push(text), note: (text: string) => note!.push(text) };
  const code = await runPlan(argv, { ...output, progress: () => undefined }, ownProcess);
  return { code, out: out!.join('\n'), note: note!.join('\n') };
}

describe('the command', () => {
  it('says what it can do', async () => {
    expect((await run('--help')).out).toContain('npm run plan -- --rpm N');
  });
});

describe('refuses', () => {
  const REFUSED: readonly (readonly [string[], RegExp])[] = [
    [[], /say either --trace FILE or --rpm N/],
    [['--rpm', '10', '--trace', 'x.json'], /say either/],
    [['--rpm', 'many'], /--rpm many: must be a number from 0.1 to 1000000/],
    [['--rpm', '10', '--error-rate', '120%'], /--error-rate 120%: must be a share from 0 to 1/],
    [['--rpm', '10', '--classes', '0.5,0.2'], /--classes 0.5,0.2: the shares sum to 0.7/],
    [['--rpm', '10', '--p99-ms', '5'], /--p99-ms 5: must be above --median-ms/],
    [['--rpm', '10', '--strategy', 'Fast'], /--strategy Fast: must be one of AllAtOnce/],
    [['--rpm', '10', '--seed', '1.5'], /--seed 1.5: must be a whole number/],
    [['--rpm', '10', '--speed', '9'], /Unknown option '--speed'/],
    [['--rpm', '10', '--settings', file('bad.json', { falseAlarmRate: 2 })], /bad.json: falseAlarmRate/],
    [['--rpm', '10', '--settings', file('no.json', '{')], /--settings .*no.json/],
    [['--trace', file('trace-bad.json', { id: 'x' })], /trace-bad.json: horizonMinutes/],
    [['--trace', file('t.json', silent()), '--classes', '1'], /--classes 1: means something with --rpm only/],
    [['--trace', file('silent.json', silent())], /blue has no request in its 2 minutes/],
  ];

  it.each(REFUSED)('%j with the option, the value and the limit', async (argv, why) => {
    const { code, out, note } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(note).toMatch(why);
    expect(note).toMatch(/^plan: /);
  });
});

function silent() {
  const blue = { invocations: 0, errors: 0, latency: [], classes: [] };
  return {
    id: 's',
    horizonMinutes: 5,
    latencyBins: { edges: [1] },
    baseline: [
      { t: -2, blue },
      { t: -1, blue },
    ],
    rows: [],
  };
}

it('reads shares as people write them', () => {
  const parsed = parsePlanArguments([
    '--rpm',
    '10',
    '--classes',
    '50%, 0.3, .2',
    '--median-ms',
    '80',
    '--p99-ms',
    '256',
  ]);
  if (parsed === 'help') throw new Error('help');
  expect(parsed.request.day.classNames).toHaveLength(3);
  expect(parsed.request.settings.name).toBe('plan');
});

it('assumes what is judged and was not described, and says so', () => {
  const sourceOf = (...more: readonly string[]) => {
    const parsed = parsePlanArguments(['--rpm', '100', ...more]);
    if (parsed === 'help') throw new Error('help');
    return { ...questionOf(parsed.request), source: parsed.request.source };
  };
  const bare = sourceOf();
  expect(bare.source).toMatch(/assumed because not said: a median of 50 ms .* and two classes/);
  expect(bare.notCounted.map(({ gate }) => gate)).toEqual(['accuracy', 'memory']);
  expect(sourceOf('--median-ms', '80').source).not.toMatch(/median of/);
  expect(sourceOf('--median-ms', '80', '--classes', '1').source).toBe('a steady day drawn from such numbers');
});
