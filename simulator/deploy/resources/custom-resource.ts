import type { Piece, ResourceType, Stage } from '../stage';

/** `AWS::CloudFormation::CustomResource` and `Custom::…`. */
export const customResource: ResourceType = {
  async put(piece, stage) {
    const { customResources } = stage;
    const { properties, before } = piece;
    const base = baseOf(piece, stage);
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
  async remove(piece, stage) {
    const request = { RequestType: 'Delete', ...baseOf(piece, stage), PhysicalResourceId: piece.deployed.ref };
    await stage.customResources.request(String(piece.properties.ServiceToken), request);
  },
};

/** What every request says. */
const baseOf = (
  { id, type, properties }: Pick<Piece, 'id' | 'type' | 'properties'>,
  { account, region, stackName }: Stage,
) => ({
  StackId: `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/embedded`,
  ResourceType: type,
  LogicalResourceId: id,
  ResourceProperties: asStrings(properties),
});

/** CloudFormation hands numbers and booleans of properties on as strings. */
function asStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStrings);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asStrings(inner)]));
}
