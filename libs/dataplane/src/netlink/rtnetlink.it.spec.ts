import { describeAsRoot, NetworkNamespace } from '@heddle/testing';
import { attribute } from './messages';
import { requestEach, withRtnetlink, type RouteRequest } from './rtnetlink';

/** `RTM_NEWLINK` and `IFLA_IFNAME` of `<linux/rtnetlink.h>` and `<linux/if_link.h>`, and a bit of `IFF_UP`. */
const NEW_LINK = 16;
const NAME = 3;
/** As many as go in one message. */
const PORTION = 128;

/** Asks that a device, which must be there, be up. */
function beUp(name: string): RouteRequest {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(1, 8);
  header.writeUInt32LE(1, 12);
  return { type: NEW_LINK, flags: 0, body: Buffer.concat([header, attribute(NAME, Buffer.from(`${name}\0`))]) };
}

describeAsRoot('what is asked of the kernel over rtnetlink', () => {
  let namespace: NetworkNamespace;
  beforeAll(() => {
    namespace = NetworkNamespace.create('heddle-dp-rtnetlink');
  });
  afterAll(() => namespace.delete());
  const ask = (names: readonly string[]) =>
    namespace.within(() => withRtnetlink((socket) => requestEach(socket, names, beUp)));

  it('is done in the namespace the socket was opened in, also behind what is refused', async () => {
    await ask(['no-device', 'lo']);
    expect(namespace.run('ip', 'link', 'show', 'dev', 'lo')).toContain('LOOPBACK,UP');
  });

  it('is named where it is refused, with the error, in whichever portion it went', async () => {
    const names = Array.from({ length: 2 * PORTION }, () => 'lo');
    names[5] = 'first';
    names[PORTION + 7] = 'second';
    expect(await ask(names)).toEqual([
      { item: 'first', reason: 'ENODEV (no such device)' },
      { item: 'second', reason: 'ENODEV (no such device)' },
    ]);
  });

  it('is refused in the words of the kernel where it has any', async () => {
    const route = (bytes: string) => ({ type: 24, flags: 0, body: Buffer.from(bytes.replaceAll(' ', ''), 'hex') });
    const refused = await namespace.within(() =>
      // A destination with bits behind its prefix of 24.
      withRtnetlink((socket) => requestEach(socket, ['02 18 00 00 fe 03 00 01 00000000 0800 0100 0aff0201'], route)),
    );
    expect(refused.map(({ reason }) => reason)).toEqual(['EINVAL (Invalid prefix for given prefix length)']);
  });

  it('fails where an answer is missing', async () => {
    const failing = namespace.within(() =>
      withRtnetlink((socket) => {
        const losing = { ...socket, receive: (into: Buffer) => (socket.receive(into), socket.receive(into)) };
        return requestEach(losing, ['lo'], beUp);
      }),
    );
    await expect(failing).rejects.toThrow('the kernel does not answer a netlink message');
  });

  it('lets others have their turn of the event loop after each portion', async () => {
    let isOver = false;
    let turns = 0;
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await ask(Array.from({ length: 4 * PORTION }, () => 'lo'));
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});
