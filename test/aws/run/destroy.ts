import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DeleteBucketPolicyCommand, DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { Clients } from '../../../lab/deployed/clients';
import type { Cdk } from '../../../emulator/cdk';
import { stackId } from './account';

/** Something that is still there after a stack was destroyed, and the command that deletes it. */
export interface Left {
  readonly what: string;
  readonly command: string;
}

const MOST_PAGES = 20;

/** Resources that go by themselves, with no cost until then. */
const GOES_BY_ITSELF = ['AWS::KMS::Key'];

/** Empties the stack's buckets and deletes it. Never rejects: what could not be deleted is in the answer. */
export async function destroyStack(clients: Clients, cdk: Cdk, name: string): Promise<readonly Left[]> {
  const failed = (error: unknown): readonly Left[] => [
    {
      what: `stack ${name}, which could not be deleted: ${String(error)}`,
      command: `aws cloudformation delete-stack --stack-name ${name}`,
    },
  ];
  try {
    const id = await stackId(clients, name);
    if (id === undefined) return [];
    for (const bucket of await bucketsOf(clients, id)) await emptyBucket(clients, bucket);
    await cdk.destroy();
    return await leftOf(clients, id);
  } catch (error) {
    return failed(error);
  }
}

const resourcesOf = async ({ cloudformation }: Clients, StackName: string) =>
  (await cloudformation.send(new DescribeStackResourcesCommand({ StackName }))).StackResources ?? [];

async function bucketsOf(clients: Clients, stack: string): Promise<readonly string[]> {
  const buckets = (await resourcesOf(clients, stack)).filter(({ ResourceType }) => ResourceType === 'AWS::S3::Bucket');
  return buckets.flatMap(({ PhysicalResourceId: id }) => (id === undefined ? [] : [id]));
}

/** Deletes every version of every object: a bucket of this test holds some hundred, a page a thousand. */
async function emptyBucket({ s3 }: Clients, Bucket: string): Promise<void> {
  // It keeps the versions of models.
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }
  throw new Error(`bucket ${Bucket} is not empty after ${MOST_PAGES} pages of deletions`);
}

/** What CloudFormation says of the resources of a stack that is gone. */
async function leftOf(clients: Clients, id: string): Promise<readonly Left[]> {
  const resources = await resourcesOf(clients, id).catch(() => []);
  return resources
    .filter(
      ({ ResourceStatus, ResourceType = '' }) =>
        ResourceStatus !== 'DELETE_COMPLETE' && !GOES_BY_ITSELF.includes(ResourceType),
    )
    .map(({ ResourceType, PhysicalResourceId, ResourceStatus }) => ({
      what: `${ResourceType} ${PhysicalResourceId} (${ResourceStatus})`,
      command:
        `delete it in the console, or: aws cloudcontrol delete-resource --type-name ${ResourceType} --identifier ` +
        `'${PhysicalResourceId}'`,
    }));
}
