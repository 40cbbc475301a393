import type { HandlerName } from './handlers';
import { resolve } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { writeHandler, writeModelServer } from './bundle-files';

const LAMBDAS = resolve(__dirname, '..', 'lambdas');

/** One handler, as `writeHandler` writes it. */
export const handlerBundle = (name: HandlerName): lambda.Code =>
  bundle(`handler ${name}`, (directory) => writeHandler(name, directory));

/** The model server for one architecture, as `writeModelServer` writes it. */
export function modelServerBundle(architecture: lambda.Architecture): lambda.Code {
  const platform = architecture.name === lambda.Architecture.X86_64.name ? 'x64' : 'arm64';
  return bundle(`model server for ${platform}`, (directory) => writeModelServer(platform, directory));
}

/**
 * Bundles in this process, without Docker and without a shell, so that it works the same on every machine. The hash of
 * the asset is the hash of the result: a comment that changes no byte of it changes no function.
 */
const bundle = (what: string, write: (directory: string) => void): lambda.Code =>
  lambda.Code.fromAsset(LAMBDAS, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      // Never run either: the CDK knows two bundles apart by what can be written down of them, and functions cannot.
      command: [what],
      local: {
        tryBundle(directory) {
          write(directory);
          return true;
        },
      },
    },
  });
