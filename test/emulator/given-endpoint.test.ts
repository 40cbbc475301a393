import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { givenEndpoint } from '../../emulator/given-endpoint';

describe('the address in AWS_ENDPOINT_URL', () => {
  it.each([undefined, ''])('is none where the variable is %j', async (value) => {
    expect(await givenEndpoint(value)).toBeUndefined();
  });

  it.each(['nonsense', '127.0.0.1:4566', 'ftp://127.0.0.1', 'file:///etc/passwd'])(
    'is refused with its value where it is no http address: %s',
    async (value) => {
      await expect(givenEndpoint(value)).rejects.toMatchObject({
        name: 'EndpointUnusable',
        message: expect.stringContaining(`got "${value}"`) as string,
      });
    },
  );

  it('is refused without an answer, and taken where anything does', async () => {
    const server = createServer((_, response) => response.writeHead(403).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await givenEndpoint(url)).toBe(url);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(givenEndpoint(url)).rejects.toMatchObject({
      name: 'EndpointUnusable',
      message: expect.stringMatching(/nothing answers at .*ECONNREFUSED/) as string,
    });
  });
});
