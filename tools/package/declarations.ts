import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { spelledOut } from './spelled-out';

const PROJECT = resolve(__dirname, '../..');
/** Where the package's constructs begin. */
const ENTRY = join(PROJECT, 'lib/index.ts');
/** What zod infers there is spelled out. */
const SETTINGS = 'lambdas/contract/endpoint-settings';

export interface Declarations {
  /** All public types, one file that imports the CDK alone. */
  readonly types: string;
  /** The same without comments, sorted: a change of it is a change of the API. */
  readonly report: string;
}

/** What users of the constructs compile against. Throws where something public uses a type that is not exported. */
export function declarations(): Declarations {
  mkdirSync(join(PROJECT, 'out'), { recursive: true });
  // In the project, so that the CDK's types are found.
  const folder = mkdtempSync(join(PROJECT, 'out/declarations-'));
  try {
    emit(folder);
    return rolledUp(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function emit(folder: string): void {
  const { config } = ts.readConfigFile(join(PROJECT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    readonly config: { readonly compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, stripInternal: true },
      ...{ rootDir: PROJECT, outDir: folder, types: ['node'] },
    },
    PROJECT,
  );
  const program = ts.createProgram([ENTRY], options);
  const { diagnostics } = program.emit();
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, HOST));
  writeFileSync(join(folder, `${SETTINGS}.d.ts`), settings(program));
}

function settings(program: ts.Program): string {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(PROJECT, `${SETTINGS}.ts`))!;
  return ['EndpointSettings', 'EndpointSettingsInput']
    .map((name) => {
      const symbol = checker.getExportsOfModule(checker.getSymbolAtLocation(file)!).find((one) => one.name === name)!;
      const says = ts.displayPartsToString(symbol.getDocumentationComment(checker));
      const members = spelledOut(checker, checker.getDeclaredTypeOfSymbol(symbol));
      return `/** ${says} */\nexport interface ${name} ${members}\n`;
    })
    .join('\n');
}

/** By API Extractor's command line, which reads a file of settings. */
function rolledUp(folder: string): Declarations {
  const config = join(folder, 'api-extractor.json');
  writeFileSync(config, JSON.stringify(settingsOfExtractor(folder)));
  const program = join(dirname(require.resolve('@microsoft/api-extractor/package.json')), 'bin/api-extractor');
  const argv = [program, 'run', '--local', '--config', config];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: PROJECT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`api-extractor refuses what is public:\n${stdout}${stderr}`);
  return {
    types: readFileSync(join(folder, 'index.d.ts'), 'utf8'),
    report: readFileSync(join(folder, 'report.api.md'), 'utf8'),
  };
}

const settingsOfExtractor = (folder: string): object => ({
  projectFolder: PROJECT,
  mainEntryPointFilePath: join(folder, 'lib/index.d.ts'),
  compiler: {
    overrideTsconfig: {
      compilerOptions: {
        ...{ target: 'es2023', lib: ['es2023'], module: 'preserve', moduleResolution: 'bundler' },
        ...{ strict: true, skipLibCheck: true, types: ['node'] },
      },
      files: [join(folder, 'lib/index.d.ts')],
    },
  },
  apiReport: {
    enabled: true,
    reportFileName: 'report.api.md',
    reportFolder: folder,
    reportTempFolder: join(folder, 'temp'),
  },
  docModel: { enabled: false },
  dtsRollup: { enabled: true, untrimmedFilePath: join(folder, 'index.d.ts') },
  tsdocMetadata: { enabled: false },
  messages: {
    extractorMessageReporting: {
      default: { logLevel: 'error' },
      // What has no tag is public.
      'ae-missing-release-tag': { logLevel: 'none' },
    },
    tsdocMessageReporting: { default: { logLevel: 'none' } },
  },
});

const HOST: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => PROJECT,
  getCanonicalFileName: (name) => name,
  getNewLine: () => '\n',
};
