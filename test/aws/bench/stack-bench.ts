import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SFNClient } from '@aws-sdk/client-sfn';

/** What questions about CloudFormation, EventBridge and Step Functions need: the stack of questions-stack.ts. */
export interface StackBench {
  readonly cloudformation: CloudFormationClient;
  readonly events: EventBridgeClient;
  readonly sfn: SFNClient;
  /** The stack's outputs by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Deploys the stack again with the alias' description and the function's code changed; at most once a run. */
  deployChanged(): Promise<void>;
}
