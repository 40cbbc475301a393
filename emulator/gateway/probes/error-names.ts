import type { Probe } from './probe';
import { ALIAS } from './probe-function';

const NAME = 'ProbeAskedForIt';

export const errorNames: Probe = {
  behaviour: 'error-names',
  aws:
    'The answer of a function that threw names its error in `errorType`; Retry and Catch of a state machine match ' +
    'that name.',
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html',
  has: async ({ invoke }) => {
    const { failed, said } = await invoke({ fail: NAME }, ALIAS);
    return failed && said.errorType === NAME;
  },
};
