// Which folder may import which. `npm run check:imports` holds it, of type imports too.

/** Packages by the names that code imports. */
const packages = (...names) => names.map((name) => `(^|node_modules/)${name}(/|$)`);
const SDK = packages('@aws-sdk', '@smithy');
const CDK = packages('aws-cdk-lib', 'constructs', 'cdk-nag');

/** Of our own files a folder imports itself and those whose paths match. */
const layer = (folder, comment, ...allowed) => ({
  name: folder.replaceAll('/', '-'),
  comment,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: {
    path: '^(bin|lib|lambdas|cli|simulator|emulator|lab|tools|test|examples)/',
    pathNot: [`^${folder}/`, ...allowed],
  },
});
/** Of packages and Node.js a folder imports these alone. */
const needs = (folder, ...allowed) => ({
  name: `${folder.replaceAll('/', '-')}-packages`,
  comment: 'What computes touches nothing else.',
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: allowed },
});

export default {
  forbidden: [
    { name: 'no-cycle', comment: 'Files import one way.', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-cycle-of-folders',
      comment: 'No two folders import each other.',
      severity: 'error',
      scope: 'folder',
      from: { pathNot: '^test/' },
      to: { circular: true },
    },
    {
      name: 'tracer-when-traced',
      comment: 'It costs a start some 30 ms, and most endpoints are not traced: handler.ts loads it when one is.',
      severity: 'error',
      from: { path: '^lambdas/model-server/' },
      to: { path: '^lambdas/model-server/xray-trace', dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'tracer-in-one-file',
      comment: 'See above.',
      severity: 'error',
      from: { path: '^lambdas/', pathNot: '^lambdas/model-server/xray-trace' },
      to: { path: 'aws-lambda-powertools/tracer' },
    },
    {
      name: 'no-room-from-test',
      comment: 'What is shared with tests belongs into a room.',
      severity: 'error',
      from: { pathNot: '^(test|examples)/' },
      to: { path: '^test/' },
    },
    {
      name: 'unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'sdk',
      comment: 'Of what deploys only adapters call AWS.',
      severity: 'error',
      from: { path: '^(bin|lib|lambdas)/', pathNot: '^lambdas/adapters/' },
      to: { path: SDK },
    },
    {
      name: 'cdk',
      comment: 'Run time never imports synth time.',
      severity: 'error',
      from: { path: '^lambdas/' },
      to: { path: [...CDK, '^(bin|lib)/'] },
    },
    layer('lambdas/domain', 'Pure rules.'),
    needs('lambdas/domain', ...packages('@stdlib', 'zod')),
    layer('lambdas/contract', 'Formats, names and errors.', '^lambdas/domain/'),
    // The names in an environment are named by their hash.
    needs('lambdas/contract', ...packages('zod'), '^(node:)?(crypto|zlib)$'),
    layer('lambdas/adapters', 'One AWS thing each; they translate and decide nothing.', '^lambdas/(contract|domain)/'),
    layer('lambdas/steps', 'What each state does.', '^lambdas/(adapters|contract|domain|pages)/'),
    layer('lambdas/operations', 'What people ask and command.', '^lambdas/(steps|pages|adapters|contract|domain)/'),
    layer('lambdas/pages', 'What people read.', '^lambdas/(adapters|contract|domain)/'),
    layer('lambdas/pages/report', 'The page of a rollout.', '^lambdas/(pages/(words|charts)|contract|domain)/'),
    layer('lambdas/pages/notices', 'What people are told.', '^lambdas/(pages/words|adapters|contract|domain)/'),
    layer('lambdas/model-server', 'The built-in endpoint.', '^lambdas/(adapters|contract|domain)/'),
    layer('lambdas', 'What deploys knows no room of the developer.'),
    layer('lib', 'Synth time knows names, not the code of a step.', '^lambdas/(contract|domain)/'),
    layer('bin', 'The app.', '^(lib|lambdas/contract)/'),
    layer('simulator', 'AWS in one process, and the app on it.', '^(lambdas|lib|bin)/'),
    layer('tools', 'Checks and drawn pages.', '^(lambdas|lib|bin)/'),
    layer('emulator', 'The gateway in front of an emulator.', '^(simulator|tools)/'),
    layer('lab', 'Searches and benchmarks.', '^(lambdas|lib|bin|simulator|tools)/'),
    layer('cli', 'What a person types.', '^(lambdas|lib|bin|simulator|tools)/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
