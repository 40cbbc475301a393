import { parseExecutionInput } from '../../lambdas/contract/execution-input';

const refusal = (input: unknown): string => {
  try {
    parseExecutionInput(input);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return 'accepted';
};

test.each([
  [{ to: 7, action: 'rollback' }, /^InvalidInput: to: .*; got 7$/],
  [{ dryRun: 'yes' }, /^InvalidInput: dryRun: .*boolean.*; got "yes"$/],
  [{ action: 'deploy' }, /^InvalidInput: action: .*"rollout"\|"rollback".*; got "deploy"$/],
  [{ reason: 'x'.repeat(1001) }, /^InvalidInput: reason: .*1000.*; got "x+$/],
  [{ strategy: 'Yolo' }, /^InvalidInput: strategy: must be one of AllAtOnce.*; got "Yolo"$/],
  [{ bogus: 1, dryRun: 2 }, /dryRun: .*; got 2; input: unknown key "bogus"/],
])('an input that is refused is told by field, limit and value: %j', (input, message) => {
  expect(refusal(input)).toMatch(message);
});
