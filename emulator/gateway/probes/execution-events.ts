import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { heardAfter } from './events';
import type { Probe } from './probe';

const DEFINITION = { StartAt: 'End', States: { End: { Type: 'Fail', Error: 'Probe' } } };

export const executionEvents: Probe = {
  behaviour: 'execution-events',
  aws: 'The end of an execution is an event on EventBridge: "Step Functions Execution Status Change".',
  source: 'https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html',
  has: async (setting) => {
    const sfn = new SFNClient(setting.config);
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({
        name: setting.functionName,
        roleArn: 'arn:aws:iam::000000000000:role/gateway-probe',
        definition: JSON.stringify(DEFINITION),
      }),
    );
    const start = async (): Promise<void> => {
      await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    };
    const event = await heardAfter(setting, 'aws.states', start, (each) => each.detail?.status === 'FAILED');
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    sfn.destroy();
    return event?.detail?.stateMachineArn === stateMachineArn;
  },
};
