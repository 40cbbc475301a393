/** The emulator's process ended before it was ready, or was not ready in time. */
export class EmulatorNotStarted extends Error {
  override readonly name = 'EmulatorNotStarted';
}

/** The CDK CLI ended with another exit code than 0; the message holds the last lines that it said. */
export class CdkFailed extends Error {
  override readonly name = 'CdkFailed';
}

/** AWS_ENDPOINT_URL is no address, or nothing answers there. */
export class EndpointUnusable extends Error {
  override readonly name = 'EndpointUnusable';
}
