import { PROBE_VERSION_HEADER } from '../bench/probe';
import { call, pointAlias, publishAnother } from '../bench/functions';
import { answered, type Question } from './question';

export const versionOnUrl: Question = {
  id: 'L7',
  question: 'Who says which version answered: by Invoke, and through a function URL?',
  assumption: 'Invoke names ExecutedVersion; through the URL nothing is counted on but a header of our own',
  buildsOn: ['lambdas/model-server/answer.ts'],
  minutes: 2,
  how: 'one version, one URL, two calls',
  ask: async (bench) => {
    const version = await publishAnother(bench);
    await pointAlias(bench, version);
    const invoked = await call(bench);
    const { status, headers } = await bench.callUrl('live');
    const said = headers['x-amz-executed-version'];
    return answered(
      invoked.version === version && status === 200 && headers[PROBE_VERSION_HEADER] === version,
      `Invoke said ${invoked.version ?? 'nothing'} and the URL's own header ${said ?? 'nothing'} (version ` +
        `${version}); the URL answered ${status} with our header ${headers[PROBE_VERSION_HEADER] ?? 'missing'}`,
      { urlSaysExecutedVersion: said !== undefined, status },
    );
  },
};
