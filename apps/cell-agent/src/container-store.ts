import { join } from 'node:path';
import { readJsonFile, writeFileAtomically } from '@heddle/platform';
import { z } from 'zod';
import { container, type Container } from './container';

const contents = z.object({ lastAddress: z.ipv4().optional(), containers: z.array(container) });

/** The containers of the cell, kept on disk by atomic rename: what the agent has to know again after a restart. */
export class ContainerStore {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  private constructor(
    private readonly path: string,
    private readonly containers: Map<string, Container>,
    /** The address given out last. */
    private last: string | undefined,
  ) {}

  /** @throws {FatalError} when the file is there but cannot be read. */
  static async open(stateDir: string): Promise<ContainerStore> {
    const path = join(stateDir, 'containers.json');
    const kept = (await readJsonFile(path, contents)) ?? { containers: [] };
    return new ContainerStore(path, new Map(kept.containers.map((each) => [each.handle, each])), kept.lastAddress);
  }

  get lastAddress(): string | undefined {
    return this.last;
  }

  get(handle: string): Container | undefined {
    return this.containers.get(handle);
  }

  list(): Container[] {
    return [...this.containers.values()];
  }

  /** @throws when it cannot be written; then the container is not kept. */
  async add(added: Container): Promise<void> {
    this.containers.set(added.handle, added);
    this.last = added.address;
    try {
      await this.write();
    } catch (error) {
      this.containers.delete(added.handle);
      throw error;
    }
  }

  async remove(handle: string): Promise<void> {
    if (this.containers.delete(handle)) await this.write();
  }

  /** Resolves when what is held now is on the disk. Whoever comes while a file is written shares the next one. */
  private async write(): Promise<void> {
    this.next ??= this.afterCurrent();
    await this.next;
  }

  private async afterCurrent(): Promise<void> {
    await this.running?.catch(() => {});
    this.next = undefined;
    const kept: z.infer<typeof contents> = { lastAddress: this.last, containers: this.list() };
    this.running = writeFileAtomically(this.path, `${JSON.stringify(kept, null, 2)}\n`, 0o600);
    await this.running;
  }
}
