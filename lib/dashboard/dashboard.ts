import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Aws, CfnMapping, Duration, Lazy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { WidgetView } from '../../lambdas/contract/widget-event';
import { CONSOLE_HOSTS, dashboardPath, ACT_FUNCTION, CHANNELS, TEARDOWN_FUNCTION } from '../../lambdas/contract/names';
import type { AppAlarms } from '../alarms';
import type { EndpointResources } from '../app-resources';
import type { HandlerFunction, HandlerFunctionProps } from '../handler-function';
import { alarmWidgets } from './alarm-widgets';
import type { DashboardOptions } from './dashboard-options';
import { endpointGraphs, rolloutGraphs } from './endpoint-graphs';

export interface DashboardProps {
  readonly name: string;
  readonly stateMachineName: string;
  readonly options: DashboardOptions;
  readonly alarms: AppAlarms;
  /** Chats and pagers that are told; more come after the dashboard. */
  readonly channels: readonly string[];
  /** The teardown's function, which a postponement asks. */
  readonly teardownIdle: HandlerFunction;
  /** Makes one of the two functions of the dashboard, as all handlers are made. */
  readonly handler: (
    name: 'dashboard-view' | 'dashboard-act',
    environment: NonNullable<HandlerFunctionProps['environment']>,
  ) => HandlerFunction;
}

/** Columns of a dashboard. */
const WIDTH = 24;

/**
 * One dashboard of the app: a row per endpoint, what runs, blue beside green, and the alarms. Its own widgets are drawn by
 * a function that only reads; the graphs below them are CloudWatch's, so that there is something to see when it fails.
 */
export class Dashboard extends Construct {
  readonly view: HandlerFunction;
  /** Undefined where the dashboard only shows. */
  readonly act?: HandlerFunction;
  /** In the console. */
  readonly url: string;
  private readonly dashboard: cloudwatch.Dashboard;

  constructor(
    scope: Construct,
    id: string,
    { name, stateMachineName, options, alarms, channels, teardownIdle, handler }: DashboardProps,
  ) {
    super(scope, id);
    if (options.actions ?? true) {
      this.act = handler('dashboard-act', { [TEARDOWN_FUNCTION]: teardownIdle.function.functionName });
      this.act.role.addToPolicy(
        new iam.PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [teardownIdle.function.functionArn],
        }),
      );
    }
    this.view = handler('dashboard-view', {
      ...(this.act && { [ACT_FUNCTION]: this.act.function.functionArn }),
      [CHANNELS]: Lazy.string({ produce: () => String(channels.length) }),
    });
    this.dashboard = new cloudwatch.Dashboard(this, 'Board', {
      dashboardName: name,
      defaultInterval: Duration.hours(3),
    });
    this.url = `https://${this.consoleHost()}/${dashboardPath(Aws.REGION, name)}`;
    this.dashboard.addWidgets(this.widget('endpoints', 'Endpoints', WIDTH, 5));
    this.dashboard.addWidgets(...alarmWidgets(alarms.all, options.runbookUrl));
    this.dashboard.addWidgets(...rolloutGraphs(stateMachineName, WIDTH));
  }

  /** Adds the rows of one more endpoint. */
  serve(endpoint: EndpointResources, alarms: readonly cloudwatch.IAlarm[]): void {
    const { name } = endpoint.settings;
    this.dashboard.addWidgets(
      this.widget('rollout', `${name}: rollout`, WIDTH / 2, 16, name),
      this.widget('comparison', `${name}: blue and green`, WIDTH / 2, 16, name),
    );
    if (alarms.length > 0)
      this.dashboard.addWidgets(
        new cloudwatch.AlarmStatusWidget({ title: `${name}: alarms`, alarms: [...alarms], width: WIDTH, height: 3 }),
      );
    this.dashboard.addWidgets(...endpointGraphs(endpoint, WIDTH));
  }

  /** Looked up where it is deployed: a template that names no account does not know its partition. */
  private consoleHost(): string {
    const mapping = Object.fromEntries(Object.entries(CONSOLE_HOSTS).map(([partition, host]) => [partition, { host }]));
    return new CfnMapping(this, 'Consoles', { mapping }).findInMap(Aws.PARTITION, 'host');
  }

  private widget(
    view: WidgetView,
    title: string,
    width: number,
    height: number,
    endpoint?: string,
  ): cloudwatch.IWidget {
    return new cloudwatch.CustomWidget({
      title,
      functionArn: this.view.function.functionArn,
      width,
      height,
      params: { view, ...(endpoint !== undefined && { endpoint }) },
    });
  }
}
