import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FatalError } from '@heddle/platform';
import { serveSilkApi, type SilkNetwork } from './silk-api';

describe('the local API of silk-daemon', () => {
  let network: SilkNetwork | null;
  let server: Server;
  beforeEach(async () => {
    network = { subnet: '10.255.90.0/24', mtu: 1450 };
    server = await serveSilkApi(0, () => network);
  });
  afterEach(() => server.close());
  const port = () => (server.address() as AddressInfo).port;
  const ask = async (method: string, path: string) => {
    const response = await fetch(`http://127.0.0.1:${port()}${path}`, { method });
    return [response.status, await response.text()];
  };

  it.each([
    ['GET', '/'],
    ['POST', '/health'],
    ['DELETE', '/a/b?c'],
  ])('says subnet and MTU to %s %s', async (method, path) =>
    expect(await ask(method, path)).toEqual([200, '{"overlay_subnet":"10.255.90.0/24","mtu":1450}']),
  );

  it('says those of now, and nothing without a lease', async () => {
    network = { subnet: '10.255.7.0/24', mtu: 8950 };
    expect(await ask('GET', '/')).toEqual([200, '{"overlay_subnet":"10.255.7.0/24","mtu":8950}']);
    network = null;
    expect(await ask('GET', '/')).toEqual([503, '{"error":"this cell holds no lease"}']);
  });

  it('says which port is taken, and what to do', async () => {
    const second = serveSilkApi(port(), () => network);
    await expect(second).rejects.toBeInstanceOf(FatalError);
    await expect(second).rejects.toThrow(/^port \d+ of the local API of silk-daemon cannot be opened \(EADDRINUSE\)/);
  });
});
