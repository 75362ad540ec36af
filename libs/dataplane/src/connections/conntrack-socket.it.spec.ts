import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describeAsRoot, NetworkNamespace } from '@heddle/testing';
import { NLM_F_DUMP_INTR } from '../netlink/messages';
import { openNetlink } from '../netlink/netlink-socket';
import { ConntrackSocket } from './conntrack-socket';

const TABLE = `table ip marks {
  chain output {
    type filter hook output priority 0;
    udp dport < 5000 ct mark set 7
    udp dport >= 5000 ct mark set 9
  }
}`;
/** Far more than fit into one datagram of the kernel. */
const FLOWS = 2_000;
const A_FEW = 5;

describeAsRoot('the connections that the kernel tracks', () => {
  let namespace: NetworkNamespace;
  let socket: ConntrackSocket;
  const ports = (mark: number | null): Promise<number[]> =>
    socket.list(mark === null ? null : { mark, mask: 0xffffffff }, ({ opening }) => opening.destinationPort);

  async function sendTo(first: number, count: number): Promise<void> {
    const sender = await namespace.within(async () => {
      const opened = createSocket('udp4').bind(40_000, '127.0.0.1');
      await once(opened, 'listening');
      return opened;
    });
    // One after another: a queue that overflows would lose some.
    for (let port = first; port < first + count; port++)
      await new Promise((resolve) => sender.send('x', port, '127.0.0.1', resolve));
    sender.close();
  }

  beforeAll(async () => {
    namespace = NetworkNamespace.create('heddle-dp-conntrack');
    namespace.run('ip', 'link', 'set', 'lo', 'up');
    namespace.run('nft', TABLE);
    socket = await namespace.within(() => ConntrackSocket.open());
    await sendTo(5_000, FLOWS);
    await sendTo(1_000, A_FEW);
  });
  afterAll(() => {
    socket.close();
    namespace.delete();
  });

  it('are listed each once, however many there are', async () => {
    const listed = await ports(null);
    expect(listed).toHaveLength(FLOWS + A_FEW);
    expect(new Set(listed).size).toBe(FLOWS + A_FEW);
  });

  it('are listed by their mark', async () => {
    expect((await ports(7)).sort()).toEqual([1000, 1001, 1002, 1003, 1004]);
    expect(await ports(9)).toHaveLength(FLOWS);
    expect(await ports(8)).toEqual([]);
  });

  it('are forgotten by name, and those that are gone already are not counted', async () => {
    const named = await socket.list({ mark: 7, mask: 7 }, ({ opening, name }) =>
      opening.destinationPort < 1002 ? name() : null,
    );
    expect(await socket.forget(named)).toBe(2);
    expect(await socket.forget(named)).toBe(0);
    expect((await ports(7)).sort()).toEqual([1002, 1003, 1004]);
    expect(await ports(9)).toHaveLength(FLOWS);
  });

  it('that changed while they were listed are listed again, but not for ever', async () => {
    const lists = { taken: 0, broken: 2 };
    const broken = await namespace.within(() =>
      ConntrackSocket.open(async (protocol) => {
        const real = await openNetlink(protocol);
        return {
          ...real,
          sendAside: (message) => {
            lists.taken++;
            return real.sendAside(message);
          },
          receiveAside: async (into) => {
            const datagram = await real.receiveAside(into);
            if (lists.taken <= lists.broken) datagram.writeUInt16LE(datagram.readUInt16LE(6) | NLM_F_DUMP_INTR, 6);
            return datagram;
          },
        };
      }),
    );
    expect(await broken.list({ mark: 9, mask: 15 }, () => 1)).toHaveLength(FLOWS);
    expect(lists.taken).toBe(3);
    Object.assign(lists, { taken: 0, broken: Infinity });
    await expect(broken.list(null, () => 1)).rejects.toMatchObject({ name: 'KernelRefused' });
    // Whatever was left unread is nobody's answer afterwards.
    Object.assign(lists, { taken: 0, broken: 0 });
    expect(await namespace.within(() => broken.list({ mark: 9, mask: 15 }, () => 1))).toHaveLength(FLOWS);
    broken.close();
  });
});
