import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { PRICES_2026_11 } from '../../../lambdas/contract/prices-2026-11';
import { STANDING_APP, standingCostPerDay, twoInstancesPerDay } from '../../../lambdas/domain/cost/cost-of';
import type { CostReport } from '../../../cli/cost/cost-report';
import { runCost } from '../../../cli/cost/run-cost';
import { Greenlight } from '../../../lib/greenlight';
import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';
import { appWithoutBundles } from '../../../lib/synthesise';

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
    // ValidateModel, AbortRollout, the question whether blue is back, and the end.
    expect(transitions(usual!)).toMatchObject({ quantity: 4, basis: 'counted' });
    expect(transitions(dear!)?.usd).toBeCloseTo(0.1, 9);
    expect(dear!.cost.prices).toEqual(dated);
  });

  it('says what one endpoint more adds: what grows with endpoints, and not what an app has once', () => {
    const [{ standing, nextEndpoint }] = JSON.parse(run(RECORD, '--json').out) as [CostReport];
    const once = standing.lines.filter(({ what }) => /keys|dashboards/.test(what));
    expect(once).toHaveLength(2);
    expect(nextEndpoint.usdPerDay).toBeLessThan(standing.usdPerDay - once.reduce((sum, { usd }) => sum + usd, 0));
    const metrics = standing.lines.find(({ what }) => what === nextEndpoint.largest.what);
    expect(metrics?.what).toBe('CloudWatch, custom metrics of live versions');
    expect(nextEndpoint.largest.usd).toBeCloseTo(metrics?.usd ?? NaN, 9);
    expect(run(RECORD).out).toMatch(/Each endpoint more of its kind adds \d\.\d\d USD a month at rest/);
  });

  it('says what it can do', () => {
    expect(run('--help')).toMatchObject({ code: 0, note: '' });
    expect(run('--help').out).toContain('npm run cost -- RECORD.json');
  });

  it.each([
    [[], /RECORD.json is missing/],
    [[join(folder, 'none.json')], /none.json: there is no such file; it takes a rollout's record\.json/],
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

function resources(settings: EndpointSettingsInput, builtIn = true) {
  const app = appWithoutBundles();
  const stack = new Stack(app, 'Greenlight');
  const greenlight = new Greenlight(stack, 'Models', { endpoints: builtIn ? [settings] : [] });
  if (!builtIn) {
    const code = Code.fromInline('exports.handler = async () => ({});');
    const own = new Function(stack, 'Own', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
    greenlight.addEndpoint({ ...settings, gates: { predictions: false } }, { function: own });
  }
  const { template } = app.synth().getStackByName('Greenlight') as {
    readonly template: { readonly Resources: object };
  };
  return Object.values(template.Resources as Record<string, { Type: string; Properties?: Record<string, unknown> }>);
}

describe('the idle environment', () => {
  const all = resources({ name: 'digits', alarms: false });
  const count = (type: string) => all.filter(({ Type }) => Type === type).length;

  it('is what the template has', () => {
    const schedules = all.filter(({ Type }) => Type === 'AWS::Scheduler::Schedule');
    const perDay = (which: (schedule: string) => boolean): number =>
      schedules
        .filter(({ Properties }) => which(JSON.stringify(Properties)))
        .map(({ Properties }) => Number(/rate\((\d+) minutes?\)/.exec(String(Properties?.['ScheduleExpression']))?.[1]))
        .reduce((sum, minutes) => sum + (24 * 60) / minutes, 0);
    expect(STANDING_APP).toEqual({
      keys: count('AWS::KMS::Key'),
      alarms: count('AWS::CloudWatch::Alarm'),
      dashboards: count('AWS::CloudWatch::Dashboard'),
      scheduledRunsPerDay: perDay(() => true) + perDay((one) => one.includes('reconcile')),
      runsPerEndpointPerDay: perDay((one) => one.includes('job')),
    });
  });

  it.each([true, false])('counts the metrics of the alarms of an endpoint that is built in: %s', (builtIn) => {
    const metrics = (alarms: undefined | false) =>
      resources({ name: 'digits', ...(alarms === false && { alarms }) }, builtIn)
        .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
        .flatMap(
          ({ Properties }) =>
            (Properties?.['Metrics'] as readonly { MetricStat?: object }[] | undefined) ?? [{ MetricStat: {} }],
        )
        .filter(({ MetricStat }) => MetricStat !== undefined).length;
    const endpoint = { builtIn, memoryMB: 1024, provisionedConcurrency: 0, warmIdleVersions: 0 };
    const lines = (alarms: boolean) =>
      standingCostPerDay({ ...STANDING_APP, endpoints: [{ ...endpoint, alarms }] }, PRICES_2026_11).lines;
    const line = lines(true).find(({ what }) => what.includes("endpoints' alarms"));
    expect(line?.quantity).toBe(metrics(undefined) - metrics(false));
    expect(lines(false).some(({ what }) => what.includes("endpoints' alarms"))).toBe(false);
  });

  it('costs cents a day, and dollars once versions are kept warm', () => {
    const endpoint = { builtIn: true, alarms: true, memoryMB: 1024, provisionedConcurrency: 0, warmIdleVersions: 0 };
    const perDay = (more: Partial<typeof endpoint>) =>
      standingCostPerDay({ ...STANDING_APP, endpoints: [{ ...endpoint, ...more }] }, PRICES_2026_11).usdPerDay;
    // (1 key + 12 metrics of alarms x 0.10 + 1 dashboard x 3.00 + 5 metrics x 0.30) / 30.4 days, and 888 + 312 runs of
    // half a GB-second.
    expect(perDay({})).toBeCloseTo(6.7 / (730 / 24) + 1_200 * (0.2e-6 + 0.5 * 0.0000133334), 6);
    // 1 GB for a day, twice.
    const warm = perDay({ provisionedConcurrency: 1, warmIdleVersions: 1 }) - perDay({});
    expect(warm).toBeCloseTo(2 * 86_400 * 0.0000033334, 6);
    expect(twoInstancesPerDay(PRICES_2026_11)).toBeCloseTo(5.52, 9);
  });
});
