import { Stack } from 'aws-cdk-lib';
import { Greenlight } from '../../../lib/greenlight';
import { DASHBOARD_HANDLERS } from '../../../lib/handlers';
import { CHOSEN_ENDPOINT, CONSOLE_HOSTS, HANDLER_METADATA } from '../../../lambdas/contract/names';
import { widgetShowSchema } from '../../../lambdas/contract/widget-event';
import { Template } from './template';
import { appWithoutBundles } from '../../../lib/synthesise';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>> & {
    readonly title?: string;
    readonly endpoint?: string;
    readonly params?: object;
    readonly markdown?: string;
    readonly metrics?: readonly (readonly [{ readonly expression: string; readonly label: string }])[];
  };
}

const template = new Template([{ name: 'digits' }, { name: 'fraud-check' }]);
const bodyOf = (from: Template): { readonly widgets: readonly Widget[]; readonly start: string } =>
  JSON.parse(from.properties(from.one('AWS::CloudWatch::Dashboard')).DashboardBody as string) as ReturnType<
    typeof bodyOf
  >;
const { widgets, start } = bodyOf(template);
const functionOf = (from: Template, handler: string) =>
  from.all('AWS::Lambda::Function').find(({ Metadata }) => Metadata?.[HANDLER_METADATA] === handler);
const handlersOf = (from: Template) => DASHBOARD_HANDLERS.filter((name) => functionOf(from, name) !== undefined);

describe('the dashboard', () => {
  it('is named by stack and region, and opens on the last three hours', () => {
    expect(template.properties(template.one('AWS::CloudWatch::Dashboard')).DashboardName).toBe(
      'Greenlight-eu-central-1',
    );
    expect(start).toBe('-PT3H');
  });

  it('has a table of all endpoints, and what runs and blue beside green of the one that its reader names', () => {
    const custom = widgets.filter(({ type }) => type === 'custom').map(({ properties }) => properties);
    expect(custom.map(({ params }) => params)).toEqual([
      { view: 'endpoints' },
      { view: 'rollout', endpoint: CHOSEN_ENDPOINT },
      { view: 'comparison', endpoint: CHOSEN_ENDPOINT },
    ]);
    const view = `<${functionOf(template, 'dashboard-view')!.id}.Arn>`;
    for (const one of custom)
      expect(one).toMatchObject({ endpoint: view, updateOn: { refresh: true, resize: true, timeRange: true } });
  });

  it('is told by a field which endpoint to show, at first the first one, and is as large for any number of them', () => {
    const { variables } = bodyOf(template) as unknown as { readonly variables: readonly object[] };
    expect(variables).toEqual([
      {
        ...{ id: 'endpoint', label: 'Endpoint', type: 'pattern', pattern: CHOSEN_ENDPOINT },
        ...{ inputType: 'input', defaultValue: 'digits', visible: true },
      },
    ]);
    const many = bodyOf(new Template([...'dabc'].map((name) => ({ name })))).widgets;
    expect(many.map(({ properties }) => properties.title)).toEqual(widgets.map(({ properties }) => properties.title));
    // Where there is one, and the field's text is not put in, that one is shown.
    expect(widgetShowSchema.parse({ view: 'rollout', endpoint: CHOSEN_ENDPOINT })).not.toHaveProperty(
      'endpoint',
      CHOSEN_ENDPOINT,
    );
  });

  it("has CloudWatch's own graphs of that endpoint by version, of the metrics that the judge counts", () => {
    const graphs = widgets.filter(
      ({ type, properties }) => type === 'metric' && properties.title?.startsWith(CHOSEN_ENDPOINT),
    );
    expect(graphs.map(({ properties }) => properties.title)).toEqual([
      `${CHOSEN_ENDPOINT}: requests answered`,
      `${CHOSEN_ENDPOINT}: errors`,
      `${CHOSEN_ENDPOINT}: duration, warm requests`,
    ]);
    const searched = graphs.flatMap(({ properties }) => (properties.metrics ?? []).map(([one]) => one));
    expect(searched[0]).toEqual({
      expression: `SEARCH('{Greenlight,E,V} E="${CHOSEN_ENDPOINT}" MetricName="F"', 'SampleCount', 60)`,
      label: "version ${PROP('Dim.V')}",
      period: 60,
    });
    expect(
      searched.map(({ expression }) => /MetricName="(\w+)"', '(\w+)'/.exec(expression)?.slice(1).join(' ')),
    ).toEqual(['F SampleCount', 'F Sum', 'NonFiniteOutputs Sum', 'W p50', 'W p90', 'W p99']);
  });

  it('shows all alarms of the app and names their sections of the runbook', () => {
    const [alarms] = widgets.filter(({ type }) => type === 'alarm');
    const ofTheApp = template.all('AWS::CloudWatch::Alarm').filter(({ id }) => id.startsWith('ModelsAlarms'));
    expect(alarms?.properties.alarms).toEqual(ofTheApp.map(({ id }) => `<${id}.Arn>`));
    const [text] = widgets.filter(({ type }) => type === 'text');
    for (const id of [
      'DeadLetters',
      'RestoreBlueFails',
      'SafetyNetFails',
      'ReconcileFails',
      'NotRestored',
      'ReconcileSilent',
    ])
      expect(text?.properties.markdown).toContain(id);
    expect(text?.properties.markdown).not.toContain('](');
  });

  it('links to a runbook that has an address', () => {
    const from = new Template([{ name: 'digits' }], {
      dashboard: { runbookUrl: 'https://wiki.example.com/greenlight' },
    });
    const [text] = bodyOf(from).widgets.filter(({ type }) => type === 'text');
    expect(text?.properties.markdown).toContain('[DeadLetters](https://wiki.example.com/greenlight#deadletters)');
    expect(text?.properties.markdown).toContain('#get-users-off-a-bad-model-now)');
  });

  it('lays no widget on another, and none beyond the 24 columns', () => {
    for (const one of widgets) expect(one.x + one.width).toBeLessThanOrEqual(24);
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, index) => `${x + (index % width)},${y + Math.floor(index / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('is where the output leads', () => {
    const outputs = template.json.Outputs as Readonly<Record<string, { readonly Value: unknown }>>;
    expect(template.resolve(outputs.DashboardUrl?.Value)).toBe(
      'https://console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/Greenlight-eu-central-1',
    );
    // A template without an account is deployed in any partition.
    expect(Object.values(template.json.Mappings ?? {})).toEqual([
      Object.fromEntries(Object.entries(CONSOLE_HOSTS).map(([partition, host]) => [partition, { host }])),
    ]);
  });

  it('leaves nothing of its address in a template that does not ask for it', () => {
    const app = appWithoutBundles();
    new Greenlight(new Stack(app, 'Shop'), 'Models', { endpoints: [{ name: 'digits' }] });
    const json = app.synth().getStackByName('Shop').template as Record<string, unknown>;
    expect(Template.from(json).all('AWS::CloudWatch::Dashboard')).toHaveLength(1);
    expect(json.Mappings).toBeUndefined();
  });
});

describe('the functions behind it', () => {
  const variables = (from: Template, handler: string) =>
    (from.properties(functionOf(from, handler)!).Environment as { Variables: Readonly<Record<string, string>> })
      .Variables;

  it('know each other and the teardown by name', () => {
    expect(variables(template, 'dashboard-view').GREENLIGHT_ACT_FUNCTION_ARN).toBe(
      `<${functionOf(template, 'dashboard-act')!.id}.Arn>`,
    );
    expect(variables(template, 'dashboard-act').GREENLIGHT_TEARDOWN_FUNCTION).toBe(
      `<${functionOf(template, 'teardown-idle')!.id}>`,
    );
  });

  it('are one alone where the dashboard only shows', () => {
    const from = new Template([{ name: 'digits' }], { dashboard: { actions: false } });
    expect(handlersOf(from)).toEqual(['dashboard-view']);
    expect(variables(from, 'dashboard-view')).not.toHaveProperty('GREENLIGHT_ACT_FUNCTION_ARN');
  });

  it('are none without a dashboard, and no output leads to it', () => {
    const from = new Template([{ name: 'digits' }], { dashboard: false });
    expect(handlersOf(from)).toEqual([]);
    expect(from.all('AWS::CloudWatch::Dashboard')).toEqual([]);
    expect(from.json.Outputs).not.toHaveProperty('DashboardUrl');
  });
});
