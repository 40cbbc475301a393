import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  ListProvisionedConcurrencyConfigsCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { GreenUnhealthy } from '../../contract/errors';
import { LIVE_ALIAS } from '../../contract/names';
import { isAwsError, pagesOf, present } from '../sdk/answers';
import { isVersionNumber, versionNumber } from './client';

export interface ProvisionedConcurrency {
  readonly status: 'IN_PROGRESS' | 'READY' | 'FAILED';
  readonly reason?: string;
}

/** Provisioned concurrency of published versions. */
export interface ProvisionedVersions {
  /** @throws GreenUnhealthy when the account's concurrency leaves too little */
  provisionVersion(functionName: string, version: string, executions: number): Promise<void>;
  readProvisioned(functionName: string, version: string): Promise<ProvisionedConcurrency | undefined>;
  /** What the live alias itself holds: with any, AWS lets it have no weights. Greenlight gives it none. */
  readProvisionedOnLive(functionName: string): Promise<ProvisionedConcurrency | undefined>;
  /** Versions that hold provisioned concurrency. */
  listProvisioned(functionName: string): Promise<readonly string[]>;
  unprovision(functionName: string, version: string): Promise<void>;
}

/** Provisioned concurrency, on versions only: an alias that has it cannot have weights. */
export const provisionedVersions = (client: LambdaClient): ProvisionedVersions => ({
  provisionVersion: async (functionName, version, executions) => {
    const command = new PutProvisionedConcurrencyConfigCommand({
      FunctionName: functionName,
      Qualifier: versionNumber(version),
      ProvisionedConcurrentExecutions: executions,
    });
    try {
      await client.send(command);
    } catch (error) {
      // The account's concurrency leaves too little: trying again changes nothing.
      if (!isAwsError(error, 'InvalidParameterValueException')) throw error;
      throw new GreenUnhealthy(
        `provisionedConcurrency: ${executions} on version ${version} is refused by Lambda: ${(error as Error).message}`,
      );
    }
  },
  readProvisioned: (functionName, version) => provisionedOn(client, functionName, versionNumber(version)),
  readProvisionedOnLive: (functionName) => provisionedOn(client, functionName, LIVE_ALIAS),
  listProvisioned: async (functionName) => {
    const versions: string[] = [];
    const pages = pagesOf('ListProvisionedConcurrencyConfigs', async (marker?: string) => {
      const command = new ListProvisionedConcurrencyConfigsCommand({
        FunctionName: functionName,
        ...(marker && { Marker: marker }),
      });
      const { ProvisionedConcurrencyConfigs: items = [], NextMarker: next } = await client.send(command);
      return { items, next: next || undefined };
    });
    for await (const page of pages)
      versions.push(...page.map((one) => one.FunctionArn?.split(':').at(-1) ?? '').filter(isVersionNumber));
    return versions;
  },
  unprovision: async (functionName, version) => {
    const command = new DeleteProvisionedConcurrencyConfigCommand({
      FunctionName: functionName,
      Qualifier: versionNumber(version),
    });
    try {
      await client.send(command);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  },
});

async function provisionedOn(
  client: LambdaClient,
  functionName: string,
  qualifier: string,
): Promise<ProvisionedConcurrency | undefined> {
  const command = new GetProvisionedConcurrencyConfigCommand({ FunctionName: functionName, Qualifier: qualifier });
  try {
    const { Status: status, StatusReason: reason } = await client.send(command);
    return { status: present(status, 'Status in GetProvisionedConcurrencyConfig'), ...(reason && { reason }) };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

const isAbsent = (error: unknown): boolean =>
  isAwsError(error, 'ProvisionedConcurrencyConfigNotFoundException', 'ResourceNotFoundException');
