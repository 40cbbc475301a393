// Lint rules. The layer rules below say which folder may import which; test/architecture holds the same in a test.
import tseslint from 'typescript-eslint';

/** Forbids imports by pattern: `group` is matched against the import path as written. */
const forbid = (message, ...group) => ({ group, message });

const onlyAdaptersUseTheSdk = forbid(
  'Of what deploys only lambdas/adapters may import the AWS SDK.',
  '@aws-sdk/*',
  '@smithy/*',
);
const onlyLibUsesCdk = forbid(
  'Only lib and bin may import aws-cdk-lib.',
  'aws-cdk-lib',
  'aws-cdk-lib/*',
  'constructs',
  'cdk-nag',
);
const noRoom = forbid(
  'What deploys imports no room of the developer.',
  ...['cli', 'simulator', 'emulator', 'lab', 'tools'].map((room) => `**/../${room}/**`),
);
const noLib = forbid('Run time never imports synth time.', '**/lib/*', '**/lib/**');

const layer = (files, ...patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

export default tseslint.config(
  { ignores: ['node_modules/**', 'cdk.out/**', 'out/**', 'dist/**', '**/*.mjs', '**/*.cjs', '**/*.js'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' }],
      'max-lines': ['error', { max: 300 }],
    },
  },
  layer(
    ['lambdas/domain/**/*.ts'],
    forbid(
      'domain imports only domain, and special functions.',
      '**/contract/**',
      '**/ports/**',
      '**/steps/**',
      '**/adapters/**',
      '**/handlers/**',
      '@*/*',
      '!@stdlib/*',
      'zod',
      'node:*',
    ),
    noLib,
    noRoom,
  ),
  layer(
    ['lambdas/contract/**/*.ts'],
    onlyAdaptersUseTheSdk,
    onlyLibUsesCdk,
    noLib,
    noRoom,
    forbid('contract imports only domain.', '**/ports/**', '**/steps/**', '**/adapters/**', '**/handlers/**'),
  ),
  layer(
    ['lambdas/ports/**/*.ts'],
    onlyAdaptersUseTheSdk,
    onlyLibUsesCdk,
    noLib,
    noRoom,
    forbid('ports know no step or adapter.', '**/steps/**', '**/adapters/**', '**/handlers/**'),
  ),
  layer(
    ['lambdas/steps/**/*.ts'],
    onlyAdaptersUseTheSdk,
    onlyLibUsesCdk,
    noLib,
    noRoom,
    forbid('steps know ports, not adapters.', '**/adapters/**', '**/handlers/**'),
  ),
  layer(
    ['lambdas/notices/**/*.ts'],
    onlyAdaptersUseTheSdk,
    onlyLibUsesCdk,
    noLib,
    noRoom,
    forbid('notices are words: they know no step.', '**/steps/**', '**/adapters/**', '**/handlers/**'),
  ),
  layer(
    ['lambdas/dashboard/**/*.ts'],
    onlyAdaptersUseTheSdk,
    onlyLibUsesCdk,
    noLib,
    noRoom,
    forbid('the dashboard draws what it is given.', '**/ports/**', '**/adapters/**', '**/handlers/**'),
    {
      regex: 'steps/(?!operations/view$)',
      message: 'Of the steps the dashboard knows the types of what a person sees.',
    },
  ),
  layer(
    ['lambdas/adapters/**/*.ts'],
    onlyLibUsesCdk,
    noLib,
    noRoom,
    forbid('adapters decide nothing.', '**/steps/**', '**/handlers/**'),
  ),
  layer(
    ['lambdas/handlers/**/*.ts', 'lambdas/model-server/**/*.ts'],
    onlyAdaptersUseTheSdk,
    onlyLibUsesCdk,
    noLib,
    noRoom,
  ),
  layer(
    ['lib/**/*.ts', 'bin/**/*.ts'],
    onlyAdaptersUseTheSdk,
    noRoom,
    forbid(
      'lib knows names, not the code of a step.',
      '**/lambdas/steps/**',
      '**/lambdas/adapters/**',
      '**/lambdas/handlers/**',
    ),
  ),
);
