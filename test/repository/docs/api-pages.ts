import ts from 'typescript';
import { declarations } from '../../../tools/package/declarations';
import { markdownTable } from './reference-pages';

const GENERATED = '<!-- Written by `npm run docs`: change the code. -->';
/** Their members are many and nested, and have a page. */
const SETTINGS = ['EndpointSettings', 'EndpointSettingsInput'];

/** The pages of docs/reference that are made of what the package exports. Takes a quarter of a minute. */
export function apiPages(): Readonly<Record<string, string>> {
  const { types, report } = declarations();
  return { 'constructs.md': constructsPage(types), 'constructs.api.md': report };
}

function constructsPage(types: string): string {
  const file = ts.createSourceFile('index.d.ts', types, ts.ScriptTarget.Latest, true);
  const sections = file.statements.flatMap((statement) => sectionOf(statement));
  return (
    [
      '# Constructs',
      GENERATED,
      "What the package `greenlight` exports, beside the CDK's own types. [Install](../guides/install.md) shows " +
        'an app; [constructs.api.md](constructs.api.md) is the same as declarations, so that a change of it is ' +
        'seen.',
      ...sections,
    ].join('\n\n') + '\n'
  );
}

function sectionOf(statement: ts.Statement): readonly string[] {
  if (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) {
    const name = statement.name!.text;
    const head = [`## ${name}`, commentOf(statement).says, ...extending(statement)];
    if (SETTINGS.includes(name)) return [...head, `Every member is in [Settings](settings.md).`];
    return [...head, ...tables(statement.members.filter(isPublic))];
  }
  if (ts.isFunctionDeclaration(statement)) return simple(statement.name!.text, statement);
  if (ts.isTypeAliasDeclaration(statement)) return simple(statement.name.text, statement);
  if (ts.isVariableStatement(statement))
    return simple(statement.declarationList.declarations[0]!.name.getText(), statement);
  return [];
}

const simple = (name: string, node: ts.Node): readonly string[] => [
  `## ${name}`,
  commentOf(node).says,
  `\`\`\`ts\n${node
    .getText()
    .replace(/^export declare /, '')
    .replaceAll('"', "'")}\n\`\`\``,
];

const extending = ({ heritageClauses = [] }: { readonly heritageClauses?: Iterable<ts.HeritageClause> }) => {
  const clauses = [...heritageClauses].map((clause) => `\`${clause.getText()}\``);
  return clauses.length === 0 ? [] : [`${clauses.join(', ')}.`];
};

const isPublic = (member: ts.Node): boolean =>
  !(ts.canHaveModifiers(member) && ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword));

function tables(members: readonly (ts.ClassElement | ts.TypeElement)[]): readonly string[] {
  if (members.length === 0) return [];
  const rows = members.map((member) => {
    const { says, standard } = commentOf(member);
    return { standard, cells: [codeOf(member), says] };
  });
  const withDefaults = rows.some(({ standard }) => standard !== '');
  return [
    markdownTable(
      ['member', ...(withDefaults ? ['default'] : []), 'meaning'],
      rows.map(({ cells: [member, says], standard }) => [member!, ...(withDefaults ? [standard] : []), says!]),
    ),
  ];
}

/** As it is declared, on one line. */
function codeOf(member: ts.Node): string {
  const text = member
    .getText()
    .replace(/;$/, '')
    .replace(/^readonly /, '');
  const plain = text
    .replace(/\/\*\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return `\`${plain.replaceAll('|', '\\|')}\``;
}

function commentOf(node: ts.Node): { readonly says: string; readonly standard: string } {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = (comment: string | ts.NodeArray<ts.JSDocComment> | undefined) =>
    inline(ts.getTextOfJSDocComment(comment) ?? '');
  const tag = doc?.tags?.find(({ tagName }) => tagName.text === 'default');
  return { says: text(doc?.comment), standard: text(tag?.comment).replace(/^- /, '') };
}

/** On one line, and nothing of it taken for a tag of HTML or for the end of a cell. */
const inline = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/(?<!`[^`]*)<(?=\w)/g, '\\<')
    .replaceAll('|', '\\|')
    .trim();
