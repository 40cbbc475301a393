/** What the AWS SDK and the CDK CLI want set before they talk to an emulator, which accepts any credentials. */
export const EMULATOR_ENV = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
} as const;
