import type { DashboardHandler } from '../../lib/handlers';
import { GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { DeployedApp } from './deployed-app';
import { onlyOf } from './stack';

/** A widget that a function of the app draws. */
export interface DrawnWidget {
  readonly endpoint: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The app's dashboard, as CloudWatch's console reads it and calls its functions. */
export class DeployedDashboard {
  constructor(private readonly app: DeployedApp) {}

  /** The widgets that functions draw, as the dashboard's body has them. */
  async drawn(): Promise<readonly DrawnWidget[]> {
    const DashboardName = onlyOf(this.app.stack, 'AWS::CloudWatch::Dashboard');
    const { DashboardBody = '{}' } = await this.app.clients.cloudwatch.send(new GetDashboardCommand({ DashboardName }));
    const { widgets = [] } = JSON.parse(DashboardBody) as {
      widgets?: readonly { readonly type: string; readonly properties: DrawnWidget }[];
    };
    return widgets.filter(({ type }) => type === 'custom').map(({ properties }) => properties);
  }

  /** What a function of the dashboard answers. @throws Error with what the function failed with */
  async call(handler: DashboardHandler, event: object): Promise<string> {
    const { Payload, FunctionError } = await this.app.clients.lambda.send(
      new InvokeCommand({ FunctionName: this.app.handler(handler), Payload: Buffer.from(JSON.stringify(event)) }),
    );
    const text = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError !== undefined) throw new Error(`${handler} failed: ${text}`);
    return String(JSON.parse(text));
  }
}
