import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Aws, CfnMapping, Duration, Lazy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { WidgetView } from '../../lambdas/contract/widget-event';
import {
  CONSOLE_HOSTS,
  dashboardPath,
  ACT_FUNCTION,
  CHANNELS,
  CHOSEN_ENDPOINT,
  TEARDOWN_FUNCTION,
} from '../../lambdas/contract/names';
import type { AppAlarms } from '../alarms';
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
 * One dashboard of the control plane: a table of all endpoints, the alarms, and of the endpoint that its reader names
 * what runs and blue beside green: as large for a thousand endpoints as for one. Its own widgets are drawn by a
 * function that only reads; the graphs below them are CloudWatch's, so that there is something to see when it fails.
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
      variables: [
        new cloudwatch.DashboardVariable({
          id: 'endpoint',
          label: 'Endpoint',
          type: cloudwatch.VariableType.PATTERN,
          value: CHOSEN_ENDPOINT,
          inputType: cloudwatch.VariableInputType.INPUT,
          defaultValue: cloudwatch.DefaultValue.value(
            Lazy.string({ produce: () => this.endpoints[0] ?? CHOSEN_ENDPOINT }),
          ),
          visible: true,
        }),
      ],
    });
    this.url = `https://${this.consoleHost()}/${dashboardPath(Aws.REGION, name)}`;
    this.dashboard.addWidgets(this.widget('endpoints', 'Endpoints', WIDTH, 5));
    this.dashboard.addWidgets(...alarmWidgets(alarms.all, options.runbookUrl));
    this.dashboard.addWidgets(...rolloutGraphs(stateMachineName, WIDTH));
    this.dashboard.addWidgets(
      this.widget('rollout', `${CHOSEN_ENDPOINT}: rollout`, WIDTH / 2, 16, CHOSEN_ENDPOINT),
      this.widget('comparison', `${CHOSEN_ENDPOINT}: blue and green`, WIDTH / 2, 16, CHOSEN_ENDPOINT),
    );
    this.dashboard.addWidgets(...endpointGraphs(CHOSEN_ENDPOINT, WIDTH));
  }

  /** The first one is what readers see who name none. */
  readonly endpoints: string[] = [];

  /** Looked up where it is deployed: a template that names no account does not know its partition. */
  private consoleHost(): string {
    const mapping = Object.fromEntries(Object.entries(CONSOLE_HOSTS).map(([partition, host]) => [partition, { host }]));
    const consoles = new CfnMapping(this, 'Consoles', { mapping, lazy: true });
    // Looked for no sooner than a template has the address: linters warn of a mapping that nothing refers to.
    return Lazy.string({ produce: () => consoles.findInMap(Aws.PARTITION, 'host') });
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
