import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Architecture, type CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { SERVER_CODE, writeModelServer } from '../../../lib/bundle-files';
import { REVISION_HEADER } from './stacks';

/**
 * Gives an endpoint's function other code, as a change of the model server's source would: the same bundle, which from
 * now on says its revision with every answer, so that a caller sees which code is in service.
 */
export function changeCode(served: LambdaFunction, architecture: Architecture, revision: string): void {
  const directory = mkdtempSync(join(tmpdir(), 'greenlight-code-'));
  try {
    writeModelServer(architecture.name === Architecture.X86_64.name ? 'x64' : 'arm64', directory);
    writeFileSync(join(directory, 'index.mjs'), wrapped(revision));
    const asset = new Asset(served, 'ChangedCode', { path: directory });
    (served.node.defaultChild as CfnFunction).code = { s3Bucket: asset.s3BucketName, s3Key: asset.s3ObjectKey };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const wrapped = (revision: string): string => `import server from './${SERVER_CODE}';
await server.started;
export const handler = async (...args) => {
  const answer = await server.handler(...args);
  return { ...answer, headers: { ...answer.headers, ${JSON.stringify(REVISION_HEADER)}: ${JSON.stringify(revision)} } };
};
`;
