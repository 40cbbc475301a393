/**
 * A hook that lets a Datadog metric decide, green beside blue: the whole Lambda function (Node.js 20 or newer, no
 * packages).
 *
 * DD_SITE      such as https://api.datadoghq.eu
 * DD_API_KEY   and DD_APP_KEY: better read from Secrets Manager than kept in the environment
 * QUERY such as avg:checkout.refunds{model_version:{version}}; asked once for green's version, and once for blue's
 * MAX_RATIO how much more than blue green may have: 1.1
 * MIN_POINTS   fewer points of green say nothing: 5
 */
export const handler = async (event) => {
  const { DD_SITE, DD_API_KEY, DD_APP_KEY, QUERY, MAX_RATIO = '1.1', MIN_POINTS = '5' } = process.env;
  const [ratio, least] = [Number(MAX_RATIO), Number(MIN_POINTS)];
  if (!DD_SITE || !DD_API_KEY || !DD_APP_KEY || !QUERY || !(ratio > 0) || !(least >= 1))
    throw new Error(
      'DD_SITE, DD_API_KEY, DD_APP_KEY, QUERY, and numbers in MAX_RATIO (above 0) and MIN_POINTS (1 or more) ' +
        'must be set',
    );
  const until = Math.floor(Date.parse(event.at) / 1000);
  const since = Math.floor(Date.parse(event.traffic.since ?? event.at) / 1000);

  /** The points of one version since green has traffic. */
  const pointsOf = async (version) => {
    const url = new URL('/api/v1/query', DD_SITE);
    url.searchParams.set('from', String(since));
    url.searchParams.set('to', String(until));
    url.searchParams.set('query', QUERY.replaceAll('{version}', version).replaceAll('{endpoint}', event.endpoint));
    const response = await fetch(url, {
      headers: { 'DD-API-KEY': DD_API_KEY, 'DD-APPLICATION-KEY': DD_APP_KEY },
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const body = text.startsWith('{') ? JSON.parse(text) : { error: text.slice(0, 200) };
    // Thrown, so that it is no answer: nothing is known of green.
    if (!response.ok || body.status !== 'ok' || !Array.isArray(body.series))
      throw new Error(`Datadog answered ${response.status}: ${body.error ?? body.errors?.join(', ') ?? 'no reason'}`);
    return body.series.flatMap(({ pointlist }) => pointlist.flatMap(([, value]) => (value === null ? [] : [value])));
  };

  if (event.traffic.since === undefined)
    return { verdict: 'inconclusive', reason: 'green has had no traffic to measure: ask before or after promotion' };
  const green = await pointsOf(event.green.version);
  const blue = event.blue ? await pointsOf(event.blue.version) : [];
  if (green.length < least || blue.length === 0)
    return {
      verdict: 'inconclusive',
      reason: `Datadog has ${green.length} points of green and ${blue.length} of blue; ${MIN_POINTS} of green are needed`,
    };
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const limit = ratio * mean(blue);
  const numbers = [
    { name: 'green', value: mean(green), limit },
    { name: 'blue', value: mean(blue) },
  ];
  return mean(green) > limit
    ? { verdict: 'fail', reason: `green has more than ${MAX_RATIO} times what blue has`, numbers }
    : { verdict: 'pass', reason: `green has at most ${MAX_RATIO} times what blue has`, numbers };
};
