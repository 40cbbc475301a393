/**
 * How buckets are addressed. At AWS each has a host name of its own; behind an endpoint that the environment names, such
 * as an emulator's, none has, so that the bucket goes into the path.
 */
export const s3Addressing = {
  forcePathStyle: (process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL']) !== undefined,
} as const;
