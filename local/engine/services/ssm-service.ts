import type {
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  Parameter,
  PutParameterRequest,
  PutParameterResult,
} from '@aws-sdk/client-ssm';
import { AwsError, type AwsService, type Caller, type WorldContext } from '../service';
import { required, runCommand } from './command-table';

const MAX_PAGE = 10;
const MAX_STANDARD_BYTES = 4096;

/** Parameter Store of AWS Systems Manager. */
export class SsmService implements AwsService {
  private readonly parameters = new Map<string, Parameter>();
  private readonly commands = {
    GetParameter: (input: GetParameterRequest) => this.get(input),
    GetParametersByPath: (input: GetParametersByPathRequest) => this.byPath(input),
    PutParameter: (input: PutParameterRequest) => this.put(input),
  };

  constructor(private readonly world: WorldContext) {}

  call(command: string, input: Readonly<Record<string, unknown>>, caller: Caller): Promise<unknown> {
    return runCommand('SSM', this.commands, command, input, caller);
  }

  /** Creates or replaces a parameter, as a deployment does. */
  set(name: string, value: string): void {
    this.put({ Name: name, Value: value, Type: 'String', Overwrite: true });
  }

  private get(input: GetParameterRequest): GetParameterResult {
    const found = this.parameters.get(required(input.Name, 'name'));
    if (!found) throw new AwsError('ParameterNotFound', `Parameter ${input.Name} not found.`);
    return { Parameter: { ...found } };
  }

  private byPath(input: GetParametersByPathRequest): GetParametersByPathResult {
    const path = required(input.Path, 'path');
    const size = input.MaxResults ?? MAX_PAGE;
    if (size < 1 || size > MAX_PAGE) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to ${MAX_PAGE}`,
      );
    }
    const prefix = path.endsWith('/') ? path : `${path}/`;
    const all = [...this.parameters.values()]
      .filter(({ Name = '' }) => Name.startsWith(prefix))
      .filter(({ Name = '' }) => input.Recursive === true || !Name.slice(prefix.length).includes('/'))
      .sort((a, b) => (a.Name! < b.Name! ? -1 : 1));
    const from = Number(input.NextToken ?? 0);
    const end = from + size;
    const page = all.slice(from, end).map((parameter) => ({ ...parameter }));
    return { Parameters: page, ...(end < all.length && { NextToken: String(end) }) };
  }

  private put(input: PutParameterRequest): PutParameterResult {
    const name = required(input.Name, 'name');
    const value = required(input.Value, 'value');
    const before = this.parameters.get(name);
    if (before && input.Overwrite !== true) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    if (Buffer.byteLength(value) > MAX_STANDARD_BYTES && input.Tier !== 'Advanced') {
      throw new AwsError(
        'ValidationException',
        `Standard tier parameters support a maximum parameter value of ${MAX_STANDARD_BYTES} characters.`,
      );
    }
    const version = (before?.Version ?? 0) + 1;
    this.parameters.set(name, {
      Name: name,
      Type: input.Type ?? before?.Type ?? 'String',
      Value: value,
      Version: version,
      LastModifiedDate: new Date(this.world.clock.now()),
      ARN: `arn:aws:ssm:${this.world.region}:${this.world.account}:parameter/${name.replace(/^\//, '')}`,
      DataType: 'text',
    });
    return { Version: version, Tier: 'Standard' };
  }
}
