import type { Value } from './attribute-value';
import { invalidRequest } from './dynamodb-errors';
import { type Token, tokenize } from './expression-tokens';
import type { Placeholders } from './placeholders';
import { isReservedWord } from './reserved-words';

/** `a.b[0]` as `['a', 'b', 0]`. */
export type Path = readonly (string | number)[];

/** A place in the item, a given value, or the size of a place. */
export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'size'; readonly path: Path };

/** Reads tokens one after the other, with what all expressions have in common: paths, values and operands. */
export class ExpressionReader {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(
    expression: string,
    /** The name of the request's member, for messages. */
    readonly kind: string,
    private readonly placeholders: Placeholders,
  ) {
    this.tokens = tokenize(expression, kind);
  }

  peek(offset = 0): Token | undefined {
    return this.tokens[this.at + offset];
  }

  next(): Token {
    const token = this.tokens[this.at++];
    if (!token) throw invalidRequest(`Invalid ${this.kind}: Syntax error; token: "<EOF>"`);
    return token;
  }

  done(): boolean {
    return this.at >= this.tokens.length;
  }

  /** Takes a sign or a keyword (in any case) if it is next. */
  take(text: string): boolean {
    const token = this.peek();
    const matches = token?.kind === 'sign' ? token.text === text : isWord(token, text);
    if (matches) this.at += 1;
    return matches;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected();
  }

  unexpected(): Error {
    const token = this.peek();
    return invalidRequest(`Invalid ${this.kind}: Syntax error; token: "${token?.text ?? '<EOF>'}"`);
  }

  operand(): Operand {
    const token = this.peek();
    if (token?.kind === 'value') {
      this.at += 1;
      return { kind: 'value', value: this.placeholders.value(token.text, this.kind) };
    }
    if (isWord(token, 'size') && this.peek(1)?.text === '(') {
      this.at += 2;
      const path = this.path();
      this.expect(')');
      return { kind: 'size', path };
    }
    return { kind: 'path', path: this.path() };
  }

  path(): Path {
    const path: (string | number)[] = [this.pathName()];
    for (;;) {
      if (this.take('.')) path.push(this.pathName());
      else if (this.take('[')) {
        const token = this.next();
        if (token.kind !== 'index') throw this.unexpected();
        path.push(Number(token.text));
        this.expect(']');
      } else return path;
    }
  }

  private pathName(): string {
    const token = this.peek();
    if (token?.kind === 'name') {
      this.at += 1;
      return this.placeholders.name(token.text, this.kind);
    }
    if (token?.kind !== 'word') throw this.unexpected();
    if (isReservedWord(token.text)) {
      throw invalidRequest(
        `Invalid ${this.kind}: Attribute name is a reserved keyword; reserved keyword: ${token.text}`,
      );
    }
    this.at += 1;
    return token.text;
  }
}

export const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toLowerCase() === word.toLowerCase();
