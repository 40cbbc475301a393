import ts from 'typescript';

/** Types of others that say nothing to a reader, and what stands for them. */
const STANDS_FOR: ReadonlyMap<string, string> = new Map([['JSONType', 'unknown']]);

/**
 * A type as a person would have written it: what a schema of zod infers, member by member, with the comments that stand
 * in the schema. So neither a reader nor an editor nor the compiler of a user needs zod.
 */
export function spelledOut(checker: ts.TypeChecker, type: ts.Type, depth = 0): string {
  const known = type.aliasSymbol && STANDS_FOR.get(type.aliasSymbol.name);
  if (known !== undefined) return known;
  if (depth > 20) throw new Error(`${checker.typeToString(type)} has no end`);
  const inner = (one: ts.Type) => spelledOut(checker, one, depth + 1);
  if (type.isUnion()) return union(type, inner);
  if (checker.isTupleType(type))
    return `readonly [${checker
      .getTypeArguments(type as ts.TypeReference)
      .map(inner)
      .join(', ')}]`;
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference);
    const written = inner(element!);
    return `readonly ${written.includes(' | ') && !written.startsWith('{') ? `(${written})` : written}[]`;
  }
  if (!(type.flags & ts.TypeFlags.Object))
    return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
  const value = type.getStringIndexType();
  if (value !== undefined) return `{ readonly [key: string]: ${inner(value)} }`;
  const members = type.getProperties().map((member) => memberSpelled(checker, member, inner));
  return `{\n${members.join('\n')}\n}`;
}

function union(type: ts.UnionType, inner: (one: ts.Type) => string): string {
  const isBoolean = type.types.filter((one) => one.flags & ts.TypeFlags.BooleanLiteral).length === 2;
  const parts = type.types
    .filter((one) => !(one.flags & ts.TypeFlags.Undefined))
    .filter((one) => !isBoolean || !(one.flags & ts.TypeFlags.BooleanLiteral))
    .map(inner);
  // The compiler's own order is that in which it met them, which other code may change.
  return [...new Set(isBoolean ? ['boolean', ...parts] : parts)].sort().join(' | ');
}

function memberSpelled(checker: ts.TypeChecker, member: ts.Symbol, inner: (one: ts.Type) => string): string {
  const optional = (member.flags & ts.SymbolFlags.Optional) !== 0;
  return (
    `${comment(checker, member)}readonly ${member.name}${optional ? '?' : ''}: ` +
    `${inner(checker.getTypeOfSymbol(member))};`
  );
}

function comment(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const says = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const tags = symbol.getJsDocTags(checker).map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`);
  const lines = [says, ...tags].filter((text) => text !== '').flatMap((text) => text.split('\n'));
  return lines.length === 0 ? '' : `/**\n${lines.map((line) => ` * ${line}`).join('\n')}\n */\n`;
}
