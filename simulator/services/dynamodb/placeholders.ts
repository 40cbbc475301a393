import { type Item, type Value } from './attribute-value';
import { invalidRequest } from './dynamodb-errors';

/** The names and values that the expressions of one request may use, and a count of which they did. */
export class Placeholders {
  private readonly used = new Set<string>();

  constructor(
    private readonly names: Readonly<Record<string, string>>,
    private readonly values: Item,
  ) {}

  name(placeholder: string, kind: string): string {
    const found = this.names[placeholder];
    if (found === undefined) {
      throw invalidRequest(
        `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ` +
          `${placeholder}`,
      );
    }
    this.used.add(placeholder);
    return found;
  }

  value(placeholder: string, kind: string): Value {
    const found = this.values[placeholder];
    if (found === undefined) {
      throw invalidRequest(
        `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ` +
          `${placeholder}`,
      );
    }
    this.used.add(placeholder);
    return found;
  }

  /** DynamoDB refuses what no expression uses. */
  checkAllUsed(): void {
    const unused = (placeholders: object) => Object.keys(placeholders).filter((each) => !this.used.has(each));
    const names = unused(this.names);
    if (names.length > 0) {
      throw invalidRequest(
        `Value provided in ExpressionAttributeNames unused in expressions: keys: {${names.join(', ')}}`,
      );
    }
    const values = unused(this.values);
    if (values.length > 0) {
      throw invalidRequest(
        `Value provided in ExpressionAttributeValues unused in expressions: keys: {${values.join(', ')}}`,
      );
    }
  }
}
