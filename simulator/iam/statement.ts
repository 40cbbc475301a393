/** A statement of a policy, with everything resolved to text. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Of a resource's policy: `*`, ARNs, and names of services; none in a policy of a role. */
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Values of the request that conditions look at, such as `s3:prefix`. */
export type RequestContext = Readonly<Record<string, string>>;

/** Reads the `Statement` member of a resolved policy document. */
export function parseStatements(document: unknown): readonly Statement[] {
  const member = (document as { readonly Statement?: unknown }).Statement;
  return texts(member).map((raw) => {
    const statement = raw as Readonly<Record<string, unknown>>;
    const conditions = (statement.Condition ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    return {
      effect: statement.Effect === 'Allow' ? 'Allow' : 'Deny',
      principals: principalsOf(statement.Principal),
      actions: texts(statement.Action).map(String),
      notActions: texts(statement.NotAction).map(String),
      resources: texts(statement.Resource).map(String),
      notResources: texts(statement.NotResource).map(String),
      conditions: mapValues(conditions, (keys) => mapValues(keys, (value) => texts(value).map(String))),
    };
  });
}

/** `*`, or lists by kind: `{ AWS: '*', Service: ['cloudwatch.amazonaws.com'] }`. */
const principalsOf = (principal: unknown): readonly string[] =>
  typeof principal === 'object' && principal !== null
    ? Object.values(principal).flatMap((value) => texts(value).map(String))
    : texts(principal).map(String);

/** Whether a statement speaks of this request. A condition whose operator is unknown never holds. */
export function applies(statement: Statement, action: string, resource: string, request: RequestContext): boolean {
  const { actions, notActions, resources, notResources, conditions } = statement;
  const actionMatches = actions.length > 0 ? anyLike(actions, action, 'i') : !anyLike(notActions, action, 'i');
  const resourceMatches = resources.length > 0 ? anyLike(resources, resource) : !anyLike(notResources, resource);
  return actionMatches && resourceMatches && Object.entries(conditions).every((entry) => holds(...entry, request));
}

/** IAM's wildcards: `*` is any run of characters, `?` is one. */
export function like(pattern: string, text: string, flags: '' | 'i' = ''): boolean {
  const known = compiled[flags];
  let matches = known.get(pattern);
  if (!matches) known.set(pattern, (matches = matcherOf(pattern, flags)));
  return matches(text);
}

/** Roles are asked at every call, with the same few hundred patterns. */
const compiled = { '': new Map<string, Matcher>(), i: new Map<string, Matcher>() };
type Matcher = (text: string) => boolean;

function matcherOf(pattern: string, flags: '' | 'i'): Matcher {
  if (pattern === '*') return () => true;
  if (flags === '' && !/[*?]/.test(pattern)) return (text) => text === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`, `s${flags}`);
  return (text) => expression.test(text);
}

function anyLike(patterns: readonly string[], text: string, flags: '' | 'i' = ''): boolean {
  return patterns.some((pattern) => like(pattern, text, flags));
}

const equals = (value: string, wanted: string) => value === wanted;
const equalsAnyCase = (value: string, wanted: string) => value.toLowerCase() === wanted.toLowerCase();
const isLike = (value: string, wanted: string) => like(wanted, value);
const OPERATORS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsAnyCase,
  StringLike: isLike,
  ArnEquals: isLike,
  ArnLike: isLike,
  Bool: equalsAnyCase,
};
const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

function holds(operator: string, keys: Statement['conditions'][string], request: RequestContext): boolean {
  if (operator === 'Null')
    return Object.entries(keys).every(([key, wanted]) => wanted.includes(String(valueOf(request, key) === undefined)));
  const ifExists = operator.endsWith('IfExists');
  const bare = operator.replace(/IfExists$/, '');
  const positive = NEGATIONS[bare] ?? bare;
  const compare = OPERATORS[positive];
  if (!compare) return false;
  const negated = bare in NEGATIONS;
  return Object.entries(keys).every(([key, wanted]) => {
    const value = valueOf(request, key);
    if (value === undefined) return ifExists || negated;
    return wanted.some((one) => compare(value, one)) !== negated;
  });
}

const valueOf = (request: RequestContext, key: string): string | undefined =>
  Object.entries(request).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];

function texts(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
