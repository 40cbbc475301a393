import { AwsError } from '../../service';
import { type AttributeValue, type Item, marshallItem } from './attribute-value';

export const invalidRequest = (message: string) => new AwsError('ValidationException', message);

/** Its Item is in DynamoDB's own form, `{ S: … }`: the document client does not translate errors. */
export class ConditionalCheckFailed extends AwsError {
  readonly Item?: Record<string, AttributeValue>;

  constructor(item: Item | undefined) {
    super('ConditionalCheckFailedException', 'The conditional request failed');
    if (item) this.Item = marshallItem(item);
  }
}

export interface CancellationReason {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  readonly Message?: string;
  readonly Item?: Record<string, AttributeValue>;
}

export class TransactionCanceled extends AwsError {
  constructor(readonly CancellationReasons: readonly CancellationReason[]) {
    const codes = CancellationReasons.map((reason) => reason.Code).join(', ');
    super(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    );
  }
}
