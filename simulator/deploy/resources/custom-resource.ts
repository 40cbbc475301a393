import type { ResourceType, Stage } from '../stage';

/** `AWS::CloudFormation::CustomResource` and `Custom::…`. */
export const customResource: ResourceType = {
  async put({ id, type, properties, before }, stage) {
    const { customResources } = stage;
    const base = {
      StackId: stackIdOf(stage),
      ResourceType: type,
      LogicalResourceId: id,
      ResourceProperties: asStrings(properties),
    };
    const token = String(properties.ServiceToken);
    if (!before) return customResources.request(token, { RequestType: 'Create', ...base });
    const old = { PhysicalResourceId: before.deployed.ref, OldResourceProperties: asStrings(before.properties) };
    const updated = await customResources.request(token, { RequestType: 'Update', ...base, ...old });
    if (updated.ref !== before.deployed.ref) {
      // Another physical id means a replacement: the old one is deleted.
      const gone = { ...base, ResourceProperties: old.OldResourceProperties, PhysicalResourceId: before.deployed.ref };
      await customResources.request(token, { RequestType: 'Delete', ...gone });
    }
    return updated;
  },
  async remove({ id, type, properties, deployed }, stage) {
    const { customResources } = stage;
    const base = {
      StackId: stackIdOf(stage),
      ResourceType: type,
      LogicalResourceId: id,
      ResourceProperties: asStrings(properties),
    };
    const request = { RequestType: 'Delete', ...base, PhysicalResourceId: deployed.ref };
    await customResources.request(String(properties.ServiceToken), request);
  },
};

const stackIdOf = ({ account, region, stackName }: Stage): string =>
  `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/embedded`;

/** CloudFormation hands numbers and booleans of properties on as strings. */
function asStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStrings);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asStrings(inner)]));
}
