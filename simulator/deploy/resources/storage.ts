import type { StreamView } from '../../services/dynamodb/stream';
import { physicalName, type ResourceType } from '../stage';

type KeyElements = readonly { readonly AttributeName: string; readonly KeyType: string }[];

const bucket: ResourceType = {
  put(piece, stage) {
    const name = physicalName(piece, 'BucketName', stage).toLowerCase();
    const { VersioningConfiguration, NotificationConfiguration } = piece.properties as {
      readonly VersioningConfiguration?: { readonly Status?: string };
      readonly NotificationConfiguration?: {
        readonly EventBridgeConfiguration?: { readonly EventBridgeEnabled?: boolean | string };
      };
    };
    const eventBridge = NotificationConfiguration?.EventBridgeConfiguration;
    // An update keeps the objects, so the bucket is made once.
    if (piece.before?.deployed.ref !== name) {
      stage.s3.createBucket(name, {
        versioned: VersioningConfiguration?.Status === 'Enabled',
        eventBridge: eventBridge !== undefined && String(eventBridge.EventBridgeEnabled ?? true) === 'true',
      });
    }
    const domain = `${name}.s3.amazonaws.com`;
    const regional = `${name}.s3.${stage.region}.amazonaws.com`;
    return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: domain, RegionalDomainName: regional } };
  },
};

const table: ResourceType = {
  put(piece, stage) {
    const name = physicalName(piece, 'TableName', stage);
    const {
      KeySchema,
      GlobalSecondaryIndexes = [],
      StreamSpecification,
    } = piece.properties as unknown as {
      readonly KeySchema: KeyElements;
      readonly StreamSpecification?: { readonly StreamViewType?: StreamView };
      readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; readonly KeySchema: KeyElements }[];
    };
    const indexes = Object.fromEntries(
      GlobalSecondaryIndexes.map((index) => [index.IndexName, keysOf(index.KeySchema)]),
    );
    // An update keeps the items, so the table is made once.
    if (piece.before?.deployed.ref !== name) stage.dynamodb.createTable(name, { ...keysOf(KeySchema), indexes });
    const arn = `arn:aws:dynamodb:${stage.region}:${stage.account}:table/${name}`;
    const streamArn = `${arn}/stream/embedded`;
    if (StreamSpecification)
      stage.dynamodb.openStream(name, streamArn, StreamSpecification.StreamViewType ?? 'KEYS_ONLY');
    return { ref: name, attributes: { Arn: arn, StreamArn: streamArn } };
  },
};

function keysOf(schema: KeyElements): { readonly partitionKey: string; readonly sortKey?: string } {
  const key = (type: string) => schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const sortKey = key('RANGE');
  return { partitionKey: key('HASH') ?? '', ...(sortKey && { sortKey }) };
}

const topic: ResourceType = {
  put(piece, stage) {
    const name = physicalName(piece, 'TopicName', stage);
    const arn = stage.sns.createTopic(name);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
};

export const STORAGE: Readonly<Record<string, ResourceType>> = {
  'AWS::S3::Bucket': bucket,
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SNS::Topic': topic,
};
