import { AwsError } from '../../service';

export const notFound = (message: string) => new AwsError('ResourceNotFoundException', message, 404);
export const conflict = (message: string) => new AwsError('ResourceConflictException', message, 409);
export const invalidValue = (message: string) => new AwsError('InvalidParameterValueException', message, 400);
export const stale = (read: 'GetFunction' | 'GetAlias') =>
  new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to ' +
      `retrieve the latest Revision Id (${read})`,
    412,
  );
