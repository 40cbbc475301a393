import { COMMANDS } from '../../../cli/commands/index';
import { GreenlightStack } from '../../../lib/greenlight-stack';
import { Template } from './template';
import { appWithoutBundles } from '../../../lib/synthesise';

/** What the CDK prints at the end of a deploy is the last thing that a newcomer reads: what to type next. */
function deployed(stackName: string, ...endpoints: readonly string[]): Template {
  const app = appWithoutBundles();
  const stack = new GreenlightStack(app, stackName, { endpoints: endpoints.map((name) => ({ name })) });
  return Template.from(app.synth().getStackByName(stack.stackName).template as Record<string, unknown>);
}
const outputsOf = ({ json }: Template) => json.Outputs as Readonly<Record<string, { readonly Value: unknown }>>;
const nextIn = (template: Template) =>
  Object.entries(outputsOf(template)).flatMap(([id, { Value }]) => (id.startsWith('Next') ? [String(Value)] : []));

it('name the next commands in their order, of the first endpoint, as they are typed', () => {
  const next = nextIn(deployed('Greenlight', 'fraud-check', 'digits'));
  expect(next).toEqual([
    'npx --no-install greenlight doctor',
    'npx --no-install greenlight upload MODEL.onnx --endpoint fraud-check --wait',
    'npx --no-install greenlight traffic fraud-check --rpm 600',
  ]);
  const known = COMMANDS.map(({ usage }) => usage.split(' ')[0]);
  for (const command of next) expect(known).toContain(command.split(' ')[3]);
});

it('name the stack where commands would not look for it, and no endpoint where there is none', () => {
  expect(nextIn(deployed('Prod', 'digits'))).toEqual([
    'npx --no-install greenlight doctor --stack Prod',
    'npx --no-install greenlight upload MODEL.onnx --endpoint digits --wait --stack Prod',
    'npx --no-install greenlight traffic digits --rpm 600 --stack Prod',
  ]);
  expect(nextIn(deployed('Prod'))).toEqual(['npx --no-install greenlight doctor --stack Prod']);
});

it('name where testers meet the next model, which other repositories find in the Parameter Store', () => {
  const template = deployed('Prod', 'fraud-check', 'digits');
  const parameters = template
    .all('AWS::SSM::Parameter')
    .map(({ Properties }) => template.resolve(Properties) as { readonly Name: string })
    .filter(({ Name }) => Name.endsWith('/preview-url'));
  const previews = template.all('AWS::Lambda::Url').filter(({ Properties }) => Properties.Qualifier === 'preview');
  const urls = previews.map(({ id }) => `<${id}.FunctionUrl>`);
  expect(urls).toHaveLength(2);
  expect(parameters).toEqual([
    expect.objectContaining({ Name: '/greenlight/Prod/fraud-check/preview-url', Type: 'String', Value: urls[0] }),
    expect.objectContaining({ Name: '/greenlight/Prod/digits/preview-url', Type: 'String', Value: urls[1] }),
  ]);
  // What a deploy prints must not grow with its endpoints.
  const { FraudCheckPreviewUrl, DigitsPreviewUrl } = outputsOf(template);
  expect([template.resolve(FraudCheckPreviewUrl?.Value), DigitsPreviewUrl]).toEqual([urls[0], undefined]);
});
