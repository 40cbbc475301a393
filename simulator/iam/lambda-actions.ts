import type { ActionTable, Input, Place, RequiredAction } from './action-table';

/** The name and the qualifier in a FunctionName, which may be a name, `name:qualifier` or an ARN. */
function functionOf(input: Input): { readonly name: string; readonly qualifier?: string } {
  const given = typeof input.FunctionName === 'string' ? input.FunctionName : '';
  const [name, own] = given.replace(/^.*:function:/, '').split(':');
  const qualifier = typeof input.Qualifier === 'string' ? input.Qualifier : own;
  return { name: name ?? '', ...(qualifier !== undefined && { qualifier }) };
}

const arn = (name: string, { region, account }: Place) => `arn:aws:lambda:${region}:${account}:function:${name}`;

/** Actions on the function as a whole, whatever version the call speaks of. */
const onFunction =
  (action: string) =>
  (input: Input, place: Place): readonly RequiredAction[] => [
    { action: `lambda:${action}`, resource: arn(functionOf(input).name, place) },
    ...passRole(input),
  ];

/** Actions that AWS checks against the version's or the alias' own ARN when the call names one. */
const onQualified =
  (action: string) =>
  (input: Input, place: Place): readonly RequiredAction[] => {
    const { name, qualifier } = functionOf(input);
    return [{ action: `lambda:${action}`, resource: arn(qualifier ? `${name}:${qualifier}` : name, place) }];
  };

/**
 * For reads with a qualifier the reference lists the function's ARN while reported denials show the qualified one. The
 * engine wants both, which is right in either case.
 */
const onBoth =
  (action: string) =>
  (input: Input, place: Place): readonly RequiredAction[] => {
    const qualified = onQualified(action)(input, place);
    const whole = { action: `lambda:${action}`, resource: arn(functionOf(input).name, place) };
    return functionOf(input).qualifier ? [whole, ...qualified] : [whole];
  };

function passRole(input: Input): readonly RequiredAction[] {
  return typeof input.Role === 'string' ? [{ action: 'iam:PassRole', resource: input.Role }] : [];
}

const invokes = (input: Input, place: Place) => onQualified('InvokeFunction')(input, place);

export const lambdaActions: ActionTable = {
  Invoke: invokes,
  InvokeWithResponseStream: invokes,
  GetAccountSettings: () => [{ action: 'lambda:GetAccountSettings', resource: '*' }],
  GetFunctionConcurrency: onFunction('GetFunctionConcurrency'),
  GetFunction: onBoth('GetFunction'),
  GetFunctionConfiguration: onBoth('GetFunctionConfiguration'),
  UpdateFunctionConfiguration: onFunction('UpdateFunctionConfiguration'),
  UpdateFunctionCode: onFunction('UpdateFunctionCode'),
  PublishVersion: onFunction('PublishVersion'),
  ListVersionsByFunction: onFunction('ListVersionsByFunction'),
  ListAliases: onFunction('ListAliases'),
  GetAlias: onFunction('GetAlias'),
  CreateAlias: onFunction('CreateAlias'),
  UpdateAlias: onFunction('UpdateAlias'),
  DeleteAlias: onFunction('DeleteAlias'),
  DeleteFunction: onQualified('DeleteFunction'),
  AddPermission: onQualified('AddPermission'),
  RemovePermission: onQualified('RemovePermission'),
  GetPolicy: onQualified('GetPolicy'),
  CreateFunctionUrlConfig: onQualified('CreateFunctionUrlConfig'),
  GetFunctionUrlConfig: onQualified('GetFunctionUrlConfig'),
  ListProvisionedConcurrencyConfigs: onFunction('ListProvisionedConcurrencyConfigs'),
  PutProvisionedConcurrencyConfig: onQualified('PutProvisionedConcurrencyConfig'),
  GetProvisionedConcurrencyConfig: onQualified('GetProvisionedConcurrencyConfig'),
  DeleteProvisionedConcurrencyConfig: onQualified('DeleteProvisionedConcurrencyConfig'),
  PutFunctionConcurrency: onFunction('PutFunctionConcurrency'),
  ListTags: onFunction('ListTags'),
};
