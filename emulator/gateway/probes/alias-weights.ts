import type { Probe } from './probe';
import { ALIAS } from './probe-function';

export const aliasWeights: Probe = {
  behaviour: 'alias-weights',
  aws:
    'An alias with weights sends the given share of invocations to its second version, and the answer names the ' +
    'version that ran.',
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html',
  has: async ({ invoke }) => {
    const { executedVersion, said } = await invoke({}, ALIAS);
    return executedVersion === '2' && said.version === '2';
  },
};
