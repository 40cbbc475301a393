import { endpoints } from '../../../bin/endpoints';
import { variantTemplates } from '../../../tools/check-template/variants';
import { HANDLER_METADATA } from '../../../lambdas/contract/names';
import { synthTemplate } from '../../../lib/synthesise';
import { Template } from '../stack/template';

const templates = new Map([
  ['Greenlight', synthTemplate(endpoints)],
  ...(variantTemplates() as ReadonlyMap<string, Record<string, unknown>>),
]);
const aliases: Readonly<Record<string, number>> = {
  Greenlight: endpoints.length,
  EveryOption: 2,
  OwnFunction: 1,
  Secured: 2,
};

/** What CloudFormation asks a function about instead of doing it itself. */
const isCustom = (type: string): boolean =>
  type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';

describe.each([...templates])('the template %s', (name, json) => {
  const template = Template.from(json);

  it('has one custom resource for each endpoint, its live alias, one that looks at all, and no other', () => {
    const custom = template.all().filter(({ Type }) => isCustom(Type));
    expect(custom.map(({ Type }) => Type).sort()).toEqual([
      'Custom::GreenlightEndpointsInUse',
      ...Array<string>(aliases[name]!).fill('Custom::GreenlightLiveAlias'),
    ]);
    const handler = template
      .all('AWS::Lambda::Function')
      .find((one) => one.Metadata?.[HANDLER_METADATA] === 'live-alias');
    for (const one of custom) expect(template.properties(one).ServiceToken).toBe(`<${handler!.id}.Arn>`);
  });

  it('has no function that the CDK adds to do what CloudFormation cannot', () => {
    // A custom resource of the CDK's own (notifications of buckets, log retention, emptied buckets …) brings its
    // function.
    const unknown = template
      .all('AWS::Lambda::Function')
      .filter(({ id, Metadata }) => Metadata?.[HANDLER_METADATA] === undefined && !/^Ranker/.test(id));
    expect(unknown.map(({ id }) => id)).toEqual([]);
  });
});
