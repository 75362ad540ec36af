import { RequestRefused, TokenRefused } from '../api/errors';
import type { Fact } from '../picture/facts';
import { backoffMs } from './backoff';
import { followStream } from './follow-stream';

const receipt = (id: string): string =>
  `id: ${id}\nevent: receipt\ndata: {"cell":"cell-1","enforcedUpTo":1,"changes":[1],"enforcedAt":"2026-07-03T12:00:00.000Z"}\n\n`;

/** A body that sends some text, in pieces of a few bytes, and then ends. */
function body(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let i = 0; i < bytes.length; i += 7) controller.enqueue(bytes.slice(i, i + 7));
      controller.close();
    },
  });
}

/** Follows through these answers, each to one try, until they are used up. */
async function follow(...answers: (string | Error)[]): Promise<{ cursors: (string | null)[]; facts: Fact[] }> {
  const stop = new AbortController();
  const cursors: (string | null)[] = [];
  const facts: Fact[] = [];
  const source = {
    async open(cursor: string | null): Promise<ReadableStream<Uint8Array>> {
      const next = answers.shift();
      if (next === undefined) {
        stop.abort();
        throw new Error('over');
      }
      cursors.push(cursor);
      if (next instanceof Error) throw next;
      return body(next);
    },
    tell: (fact: Fact) => void facts.push(fact),
    now: () => 5,
  };
  const following = followStream(source, stop.signal);
  // Longer than any pause between two tries.
  while (!stop.signal.aborted) await Promise.race([following, jest.advanceTimersByTimeAsync(20_000)]);
  await following;
  return { cursors, facts };
}

describe('following the stream', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells that it is open before the first event, and goes on after the last one', async () => {
    const { cursors, facts } = await follow(receipt('1.1') + receipt('1.2'), receipt('1.3'));
    expect(cursors).toEqual([null, '1.2']);
    expect(facts.map(({ type }) => type)).toEqual([
      'stream-opened',
      'receipt-came',
      'receipt-came',
      'stream-lost',
      'stream-opened',
      'receipt-came',
      'stream-lost',
    ]);
    expect(facts.filter(({ type }) => type === 'stream-opened')).toEqual([
      { type: 'stream-opened', resumed: false },
      { type: 'stream-opened', resumed: true },
    ]);
  });

  it('takes its place from events it does not know, too', async () => {
    const { cursors, facts } = await follow('id: 4.0\nevent: hello\ndata: {}\n\n', ': beat\n\n');
    expect(cursors).toEqual([null, '4.0']);
    expect(facts.some(({ type }) => type === 'receipt-came')).toBe(false);
  });

  it('starts anew when its place is no longer known', async () => {
    const { cursors, facts } = await follow(receipt('1.1'), new RequestRefused(410, 'too old'), receipt('9.9'));
    expect(cursors).toEqual([null, '1.1', null]);
    expect(facts.filter(({ type }) => type === 'stream-opened')).toEqual([
      { type: 'stream-opened', resumed: false },
      { type: 'stream-opened', resumed: false },
    ]);
  });

  it('keeps its place while the control plane is away', async () => {
    const { cursors } = await follow(receipt('1.1'), new RequestRefused(503, 'starting'), new TypeError('refused'), '');
    expect(cursors).toEqual([null, '1.1', '1.1', '1.1']);
  });

  it('starts anew after an event it cannot read', async () => {
    const { cursors, facts } = await follow(`${receipt('1.1')}id: 1.2\nevent: receipt\ndata: {"cell":1}\n\n`, '');
    expect(cursors).toEqual([null, null]);
    expect(facts).toContainEqual(
      expect.objectContaining({ type: 'stream-lost', why: expect.stringContaining("'receipt'") }),
    );
  });

  it('takes silence for death', async () => {
    const stop = new AbortController();
    const facts: Fact[] = [];
    const source = {
      open: async (_cursor: string | null, signal: AbortSignal) =>
        new ReadableStream<Uint8Array>({
          start: (controller) => signal.addEventListener('abort', () => controller.error(signal.reason)),
        }),
      tell: (fact: Fact) => void facts.push(fact),
    };
    const following = followStream(source, stop.signal);
    await jest.advanceTimersByTimeAsync(44_000);
    expect(facts.map(({ type }) => type)).toEqual(['stream-opened']);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(facts[1]).toMatchObject({ type: 'stream-lost', why: 'the stream has been silent for 45 s' });
    stop.abort();
    await following;
  });

  it('gives up when the token is refused, and nothing else', async () => {
    await expect(follow(receipt('1.1'), new TokenRefused('expired'))).rejects.toThrow('expired');
  });
});

describe('the time between tries', () => {
  it('doubles up to ten seconds, less a random part of up to half', () => {
    expect([0, 1, 2, 5, 6, 50].map((failures) => backoffMs(failures, 0))).toEqual([
      250, 500, 1000, 8000, 10_000, 10_000,
    ]);
    expect(backoffMs(6, 1)).toBe(5000);
  });
});
