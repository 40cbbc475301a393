import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { GreenlightStack } from '../lib/greenlight-stack';
import { endpoints } from './endpoints';

const app = new App();
new GreenlightStack(app, 'Greenlight', { endpoints });
// Refuses to synthesise what breaks AWS's security rules without a reason written beside it.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
