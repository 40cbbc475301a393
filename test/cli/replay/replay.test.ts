import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { traceOfEvidence } from '../../../lambdas/domain/trace/evidence-of-trace';
import { judge } from '../../../lambdas/domain/judge/judge';
import { runReplay } from '../../../cli/replay/run-replay';
import { settings } from '../../judge/settings';
import { evidenceOf, traces } from '../../judge/trace';
import { smallTrace } from './small-trace';

const TRACES = 'test/judge/traces';
const STOPPED = `${TRACES}/036-bad-errors_5pp-r100-w0.1.json`;
const GOOD = `${TRACES}/023-good-latency_2_inside_tolerance-r1000-w0.1.json`;

interface Result {
  readonly id: string;
  readonly verdict: string;
  readonly minute: number | null;
  readonly gate: string | null;
  readonly logEvidence: readonly number[];
  readonly logLimit: number;
  readonly gates: Record<string, { logEvidence: readonly number[]; nonInferior: boolean }>;
  readonly nonInferiority: number;
  readonly greenRequests: number;
  readonly greenErrors: number;
}

function replay(...argv: readonly string[]) {
  const out: string[] = [];
  const notes: string[] = [];
  const code = runReplay(argv, { out: (text) => out.push(text), note: (text) => notes.push(text) });
  return { code, out: out.join('\n'), notes: notes.join('\n') };
}
const results = (...argv: readonly string[]): Result[] => {
  const { code, out, notes } = replay(...argv, '--json');
  expect([code, notes]).toEqual([0, '']);
  return JSON.parse(out) as Result[];
};
const only = (...argv: readonly string[]): Result => {
  const [result] = results(...argv);
  if (result === undefined) throw new Error('nothing was replayed');
  return result;
};

const folder = mkdtempSync(join(tmpdir(), 'replay-'));
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('a replay', () => {
  it('judges every trace of a folder, in the order of their names', () => {
    const all = results(TRACES);
    expect(all.map(({ id }) => id)).toEqual(traces().map(({ id }) => id));
    for (const [index, trace] of traces().entries()) {
      const result = all[index];
      expect(result?.logEvidence).toHaveLength(trace.rows.length);
      if (trace.label === 'good') expect(result?.verdict).not.toBe('fail');
      else if (trace.expected === 'FAIL')
        expect(result).toMatchObject({
          verdict: 'fail',
          gate: trace.family === 'drift' ? 'predictions' : trace.family,
        });
      else expect(result?.verdict).not.toBe('pass');
    }
  });

  it('fails at the first minute that reaches the limit, and counts green up to it', () => {
    const result = only(STOPPED);
    const first = result.logEvidence.findIndex((value) => value >= result.logLimit);
    expect(result.minute).toBe(first + 1);
    const seen =
      traces()
        .find(({ id }) => id === result.id)
        ?.rows.slice(0, first + 1) ?? [];
    expect(result.greenRequests).toBe(seen.reduce((sum, { green }) => sum + green.invocations, 0));
    expect(result.greenErrors).toBe(seen.reduce((sum, { green }) => sum + green.errors, 0));
    expect(result.gates['errors']?.logEvidence).toHaveLength(first + 1);
  });

  it('passes after the whole horizon, or earlier where the settings say so', () => {
    expect(only(GOOD)).toMatchObject({ verdict: 'pass', minute: 60, gate: null });
    const early = only(GOOD, '--config', file('early.json', { minimumMinutes: 5 }));
    expect(early.verdict).toBe('pass');
    expect(early.minute).toBeGreaterThanOrEqual(5);
    expect(early.minute).toBeLessThan(60);
    expect(Object.values(early.gates).every(({ nonInferior }) => nonInferior)).toBe(true);
  });

  it('judges by the settings of --config', () => {
    const none = { errors: false, latency: false, predictions: false, throttles: false };
    const tolerant = {
      gates: { ...none, errors: { tolerance: { ratio: 100, points: 0.5 }, harm: { ratio: 100, points: 0.9 } } },
    };
    const result = only(STOPPED, '--config', file('tolerant.json', tolerant));
    expect(result.verdict).not.toBe('fail');
    expect(Object.keys(result.gates)).toEqual(['errors']);
    const sure = only(STOPPED, '--config', file('sure.json', { falseAlarmRate: 0.00001 }));
    expect(sure.minute).toBeGreaterThan(only(STOPPED).minute ?? Infinity);
  });

  it('counts among the proofs of no harm none of a gate that only observes', () => {
    const off = { latency: false, predictions: false, throttles: false };
    const proofs = (gates: object) =>
      /no harm proven, ln, pass at [\d.]+ on each: (.*)/.exec(
        replay(GOOD, '--config', file('observed.json', { gates })).out,
      )?.[1];
    expect(proofs({ errors: { mode: 'observe' } })).toMatch(/^latency [^e]*, predictions [^e]*(, throttles [^e]*)?$/);
    expect(proofs({ ...off, errors: { mode: 'observe' } })).toBe('no gate that is on decides');
    expect(proofs({ ...off, errors: false })).toBe('no gate is on');
  });

  it('brings a rollout that kept its evidence to the same verdict, by the settings that were in force', () => {
    const trace = traces().find(({ id }) => STOPPED.includes(id));
    if (trace === undefined) throw new Error('no such trace');
    const evidence = evidenceOf(trace);
    const inForce = { ...settings, falseAlarmRate: 0.02 };
    const judgement = judge(evidence, inForce);
    const kept = file('trace-canary.json', traceOfEvidence(evidence, 'rollout-1', inForce));
    const result = only(kept);
    expect(result).toMatchObject({ id: 'rollout-1', verdict: judgement.verdict, gate: judgement.gate });
    expect(result.logLimit).toBe(judgement.logLimit);
    expect(result.logEvidence).toEqual(judgement.logEvidence);
  });

  it('is inconclusive at the last row when the trace ends before the horizon', () => {
    const short = { ...smallTrace(), horizonMinutes: 60 };
    expect(only(file('short.json', short))).toMatchObject({ verdict: 'inconclusive', minute: 3 });
    expect(replay(file('short.json', short)).out).toContain('the trace ends after 3 of 60 minutes');
    expect(only(file('empty.json', { ...smallTrace(), rows: [] }))).toMatchObject({
      verdict: 'inconclusive',
      minute: null,
    });
  });

  it('goes by the number of a row, and judges nothing at weight 0', () => {
    const trace = smallTrace();
    trace.rows.forEach((row, index) => Object.assign(row, { t: 10 * (index + 1), weight: index === 1 ? 0 : 0.1 }));
    const result = only(file('gaps.json', trace));
    expect(result.minute).toBe(30);
    expect(result.logEvidence).toHaveLength(3);
    expect(result.logEvidence[1]).toBe(result.logEvidence[0]);
  });

  it('says when, why and on what numbers', () => {
    const { out } = replay(STOPPED);
    expect(out).toMatch(/FAIL at minute \d+ of 60, gate errors: errors: green [\d.]+ % \(\d+ of \d+ requests/);
    expect(out).toMatch(/evidence against green, ln, fail at 4\.61: [▁▂▃▄▅▆▇█]+/);
    expect(out).toMatch(/minute {2}weight {2}green {2}failed +all +errors +latency/);
    expect(out).toMatch(/no harm proven, ln, pass at 3\.00 on each: errors/);
    expect(out.split('\n').length).toBeLessThan(25);
  });
});

describe('the input of a replay', () => {
  it('skips JSON in a folder that is no trace, with a note beside the results', () => {
    const mixed = mkdtempSync(join(tmpdir(), 'replay-'));
    writeFileSync(join(mixed, 'a.json'), JSON.stringify(smallTrace()));
    writeFileSync(join(mixed, 'index.json'), '[]');
    const { code, out, notes } = replay(mixed, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveLength(1);
    expect(notes).toBe(`${join(mixed, 'index.json')}: skipped, it is no trace (it has no rows and baseline)`);
  });

  it('prints help', () => {
    expect(replay('--help')).toMatchObject({ code: 0, notes: '' });
    expect(replay('--help').out).toContain('greenlight replay PATH...');
  });

  const spoilt = { ...smallTrace(), horizonMinutes: 0 };
  it.each<[string, () => readonly string[], RegExp]>([
    ['no path', () => [], /PATH is missing/],
    ['a path that is not there', () => ['nowhere'], /nowhere: there is no such file; it takes a trace/],
    ['a file that is no trace', () => ['package.json'], /package\.json: horizonMinutes: .*got nothing/],
    ['a file that is no JSON', () => [file('torn.json', '{"id":')], /torn\.json: is not JSON/],
    ['a table', () => [file('table.csv', 'a;b;c\n1;2;x\n')], /^replay: .*table\.csv: is not JSON: .*; it takes .*$/],
    [
      'a trace that cannot be true',
      () => [STOPPED, file('spoilt.json', spoilt)],
      /spoilt\.json: horizonMinutes: .*>=1; got 0/,
    ],
    [
      'a folder without traces',
      () => [mkdtempSync(join(tmpdir(), 'replay-'))],
      /holds no \*\.json file that is a trace/,
    ],
    ['an unknown option', () => [STOPPED, '--fast'], /Unknown option '--fast'/],
    [
      'an option of --calibrate alone',
      () => [STOPPED, '--seed', '2'],
      /--seed 2: means something with --calibrate only/,
    ],
    [
      'too few runs',
      () => [STOPPED, '--calibrate', '--runs', '3'],
      /--runs 3: must be a whole number from 10 to 100000/,
    ],
    [
      'a config that is not there',
      () => [STOPPED, '--config', 'nowhere.json'],
      /nowhere\.json: there is no such file; it takes a JSON file with endpoint settings/,
    ],
    [
      'an unknown setting',
      () => [STOPPED, '--config', file('c1.json', { falseAlarms: 0.1 })],
      /--config .*c1\.json: input: unknown key "falseAlarms"/,
    ],
    [
      'an unknown gate',
      () => [STOPPED, '--config', file('c2.json', { gates: { error: false } })],
      /--config .*c2\.json: gates: unknown key "error"/,
    ],
    [
      'a rate of nothing',
      () => [STOPPED, '--config', file('c3.json', { falseAlarmRate: 0 })],
      /--config .*c3\.json: falseAlarmRate: .*>0; got 0/,
    ],
    [
      'a gate that nothing was counted for',
      () => [STOPPED, '--config', file('c4.json', withGate('fallbacks'))],
      /036.*: has no counts for the custom gate fallbacks; got none/,
    ],
  ])('is refused before anything is judged: %s', (_, argv, message) => {
    const { code, out, notes } = replay(...argv());
    expect(notes).toMatch(message);
    expect(notes).toMatch(/^replay: /);
    expect([code, out]).toEqual([2, '']);
  });

  it('may ask a rollout for some of its own gates, by name', () => {
    const custom = (events: number) => [
      { events: 0, requests: 10 },
      { events, requests: 10 },
    ];
    const trace = smallTrace();
    const margins = { tolerance: { ratio: 1, points: 0 }, harm: { ratio: 1.5, points: 0.1 } };
    const kept = { ...settings, gates: { custom: ['timeouts', 'fallbacks'].map((name) => ({ name, ...margins })) } };
    Object.assign(trace, { settings: kept });
    for (const { blue } of trace.baseline) Object.assign(blue, { custom: custom(0) });
    for (const { blue, green } of trace.rows) {
      Object.assign(blue, { custom: custom(0) });
      Object.assign(green, { custom: custom(7) });
    }
    const config = withGate('fallbacks');
    const off = { errors: false, latency: false, predictions: false, throttles: false };
    const asked = file('c5.json', { gates: { ...off, ...config.gates } });
    expect(only(file('custom.json', trace), '--config', asked)).toMatchObject({
      verdict: 'fail',
      gate: 'custom:fallbacks',
    });
  });
});

function withGate(name: string) {
  const events = { namespace: 'Own', metric: name, dimensions: { version: '{version}' } };
  return { gates: { custom: [{ name, events }] } };
}
