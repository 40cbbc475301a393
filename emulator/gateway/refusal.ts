import type { AwsError } from '../../simulator/service';
import type { HttpAnswer } from './exchange';

/** An error of a service that speaks REST and JSON, such as Lambda. */
export function refusal(error: AwsError): HttpAnswer {
  return {
    status: error.$metadata.httpStatusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.name },
    body: Buffer.from(JSON.stringify({ Type: 'User', Message: error.message, message: error.message })),
  };
}
