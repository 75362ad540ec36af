import type { NatsConnection } from 'nats';

/**
 * Whether a stream is still the one that was read. Sequences only grow: one that ends before what was read of it is an older copy, or
 * was made anew; and one that was made anew says when.
 */
export class SameStream {
  private created: string | undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly stream: string,
  ) {}

  /**
   * Whether it became another one since this was asked last, or ends before a sequence that was read.
   * @throws while the server is away, or the stream is missing.
   */
  async isAnother(readUpTo: number): Promise<boolean> {
    const { streams } = await this.connection.jetstreamManager({ checkAPI: false });
    const { created, state } = await streams.info(this.stream);
    const before = this.created ?? created;
    this.created = created;
    return before !== created || state.last_seq < readUpTo;
  }
}
