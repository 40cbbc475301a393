import { APP_STACK, QUESTIONS_STACK } from '../stack/names';

/** What a person runs when the test could not clean up after itself: printed first, and kept in out/aws/clean-up.sh. */
export const cleanUpCommands = (region: string): string =>
  [
    '# Deletes all that the AWS test creates. The first line does it all; the others are for a machine without ' +
      'this project.',
    `AWS_REGION=${region} GREENLIGHT_AWS_TEST=destroy npm run test:aws`,
    `# BUCKET=$(aws cloudformation describe-stack-resources --region ${region} --stack-name ${APP_STACK} ` +
      `--output text --query "StackResources[?ResourceType=='AWS::S3::Bucket'].PhysicalResourceId")`,
    '# empty it in the S3 console ("Empty" deletes all object versions), then:',
    `# aws cloudformation delete-stack --region ${region} --stack-name ${APP_STACK}`,
    `# aws cloudformation delete-stack --region ${region} --stack-name ${QUESTIONS_STACK}`,
  ].join('\n');
