import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ENV } from '../../contract/names';
import { clientConfig } from '../client-config';
import type { AdapterContext } from '../context';
import { requiredVariable } from '../required-variable';

/** The client and the name of the app's one table. */
export const tableAccess = (
  context: AdapterContext,
): { readonly client: DynamoDBDocumentClient; readonly TableName: string } => ({
  client: context.client('dynamodb', () =>
    DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig), { marshallOptions: { removeUndefinedValues: true } }),
  ),
  TableName: requiredVariable(context, ENV.table),
});
