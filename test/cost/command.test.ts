import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PRICES_2026_11 } from '../../lambdas/contract/prices-2026-11';
import { STANDING_APP, standingCostPerDay, twoInstancesPerDay } from '../../lambdas/domain/cost/standing-cost';
import type { CostReport } from '../../local/cost/cost-report';
import { runCost } from '../../local/cost/run-cost';
import { synthTemplate } from '../../lib/synthesise';

const folder = mkdtempSync(join(tmpdir(), 'cost-'));
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const RECORD = file('record.json', {
  id: 'digits-1',
  endpoint: 'digits',
  status: 'ended',
  startedAt: '2026-11-01T10:00:00.000Z',
  endedAt: '2026-11-01T10:00:10.000Z',
  startedBy: 'person',
  reason: '',
  outcome: 'rejected',
});

function run(...argv: readonly string[]) {
  const [out, note]: string[][] = [[], []];
  const code = runCost(argv, { out: (text) => out!.push(text), note: (text) => note!.push(text) });
  return { code, out: out!.join('\n'), note: note!.join('\n') };
}

describe('the command', () => {
  it('bills by the prices of a file', () => {
    const dated = { asOf: '2027-01-01', region: 'eu-central-1', source: 'my bill' };
    const prices = file('prices.json', { ...dated, stepFunctionsPerThousandTransitions: 25 });
    const [usual] = JSON.parse(run(RECORD, '--json').out) as CostReport[];
    const [dear] = JSON.parse(run(RECORD, '--prices', prices, '--json').out) as CostReport[];
    const transitions = ({ cost }: CostReport) => cost.lines.find(({ unit }) => unit === 'transitions');
    // ValidateModel, AbortRollout and its end.
    expect(transitions(usual!)).toMatchObject({ quantity: 3, basis: 'counted' });
    expect(transitions(dear!)?.usd).toBeCloseTo(0.075, 9);
    expect(dear!.cost.prices).toEqual(dated);
  });

  it('says what it can do', () => {
    expect(run('--help')).toMatchObject({ code: 0, note: '' });
    expect(run('--help').out).toContain('npm run cost -- RECORD.json');
  });

  it.each([
    [[], /RECORD.json is missing/],
    [[join(folder, 'none.json')], /none.json: .*ENOENT/],
    [[file('bad.json', { id: 'x' })], /bad.json: endpoint/],
    [[RECORD, '--architecture', 'mips'], /--architecture mips: must be one of arm64, x86_64/],
    [[RECORD, '--prices', file('p1.json', { alarmPerMonth: 2 })], /must say asOf, region and source/],
    [
      [RECORD, '--prices', file('p2.json', { asOf: '2027-01', region: 'r', source: 's', alarmPerMonth: -2 })],
      /p2.json: alarmPerMonth/,
    ],
    [
      [RECORD, '--prices', file('p3.json', { asOf: '2027-01', region: 'r', source: 's', alarmsPerMonth: 2 })],
      /p3.json: .*alarmsPerMonth/,
    ],
  ])('refuses %j with the field and the limit', (argv, why) => {
    const { code, out, note } = run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(note).toMatch(why);
  });
});

describe('the idle environment', () => {
  const { Resources } = synthTemplate([{ name: 'digits' }]);
  const all = Object.values(Resources as Record<string, { Type: string; Properties?: Record<string, unknown> }>);
  const count = (type: string) => all.filter(({ Type }) => Type === type).length;

  it('is what the template has', () => {
    const everyMinutes = all
      .filter(({ Type }) => Type === 'AWS::Scheduler::Schedule')
      .map(({ Properties }) => Number(/rate\((\d+) minutes?\)/.exec(String(Properties?.['ScheduleExpression']))?.[1]));
    expect(STANDING_APP).toEqual({
      keys: count('AWS::KMS::Key'),
      alarms: count('AWS::CloudWatch::Alarm'),
      dashboards: count('AWS::CloudWatch::Dashboard'),
      scheduledRunsPerDay: everyMinutes.reduce((sum, minutes) => sum + (24 * 60) / minutes, 0),
    });
  });

  it('costs cents a day, and dollars once versions are kept warm', () => {
    const endpoint = { builtIn: true, memoryMB: 1024, provisionedConcurrency: 0, warmIdleVersions: 0 };
    const perDay = (more: Partial<typeof endpoint>) =>
      standingCostPerDay({ ...STANDING_APP, endpoints: [{ ...endpoint, ...more }] }, PRICES_2026_11).usdPerDay;
    // (1 key + 5 alarms x 0.10 + 1 dashboard x 3.00 + 4 metrics x 0.30) / 30.4 days, and 600 runs of half a GB-second.
    expect(perDay({})).toBeCloseTo(5.7 / (730 / 24) + 600 * (0.2e-6 + 0.5 * 0.0000133334), 6);
    // 1 GB for a day, twice.
    const warm = perDay({ provisionedConcurrency: 1, warmIdleVersions: 1 }) - perDay({});
    expect(warm).toBeCloseTo(2 * 86_400 * 0.0000033334, 6);
    expect(twoInstancesPerDay(PRICES_2026_11)).toBeCloseTo(5.52, 9);
  });
});
