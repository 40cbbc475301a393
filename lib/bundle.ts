import type { HandlerName } from './handlers';
import { cpSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { writeHandler, writeModelServer } from './bundle-files';

/** Of a package, beside its code: what was bundled when it was made. A checkout has none and bundles its source. */
export const PREBUILT = 'assets';

/** One handler, as `writeHandler` writes it. */
export const handlerBundle = (name: HandlerName): lambda.Code =>
  bundle(join('handlers', name), (directory) => writeHandler(name, directory));

/** The model server for one architecture, as `writeModelServer` writes it. */
export function modelServerBundle(architecture: lambda.Architecture): lambda.Code {
  const platform = architecture.name === lambda.Architecture.X86_64.name ? 'x64' : 'arm64';
  return bundle(join('model-server', platform), (directory) => writeModelServer(platform, directory));
}

/**
 * Bundles in this process, without Docker and without a shell, so that it works the same on every machine. The hash of
 * the asset is the hash of the result: a comment that changes no byte of it changes no function, and neither does a
 * package.
 */
const bundle = (what: string, write: (directory: string) => void): lambda.Code =>
  lambda.Code.fromAsset(resolve(__dirname, '..'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      // Never run either: the CDK knows two bundles apart by what can be written down of them, and functions cannot.
      command: [what],
      local: {
        tryBundle(directory) {
          const prebuilt = join(__dirname, PREBUILT);
          if (existsSync(prebuilt)) cpSync(join(prebuilt, what), directory, { recursive: true });
          else write(directory);
          return true;
        },
      },
    },
  });
