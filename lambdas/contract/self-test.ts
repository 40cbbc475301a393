/**
 * `POST` to this path fails as a model fails: answered 500, and counted under the version's own dimensions. The built-in
 * model server knows it for direct calls of a version only, so that no caller of the endpoint can make it fail.
 */
export const SELF_TEST_PATH = '/v2/health/fail-on-purpose';
