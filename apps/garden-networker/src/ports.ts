import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { PortRange } from './config';
import { during } from './failure';
import { withLock } from './lock';
import { acquirePorts, poolFrom, poolText, releasePorts, type PortPool } from './port-pool';
import type { NetIn } from './up-request';

/** The pool of ports of this cell, which all networkers on it share by one file. */
export class Ports {
  constructor(
    private readonly file: string,
    private readonly range: PortRange,
  ) {}

  /** Puts a free port where none is named; what is named stays as it is. */
  allocate(handle: string, netIn: readonly NetIn[]): NetIn[] {
    const count = netIn.filter(({ host_port }) => host_port === 0).length;
    const free = count === 0 ? [] : this.acquire(handle, count);
    return netIn.map((each) => (each.host_port === 0 ? { ...each, host_port: free.shift() as number } : each));
  }

  holds(handle: string): boolean {
    return this.read().has(handle);
  }

  release(handle: string): void {
    if (this.holds(handle)) this.change((pool) => ({ pool: releasePorts(pool, handle) }));
  }

  private acquire(handle: string, count: number): number[] {
    return [...this.change((pool) => acquirePorts(pool, handle, count, this.range)).ports];
  }

  private change<T extends { readonly pool: PortPool }>(decide: (pool: PortPool) => T): T {
    // What is renamed over cannot be what is locked.
    return withLock(`${this.file}_lock`, () => {
      const decided = decide(this.read());
      this.write(poolText(decided.pool));
      return decided;
    });
  }

  private read(): PortPool {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
      throw error;
    }
    return during(`${this.file}, which may be removed when no container is left`, () => poolFrom(text));
  }

  private write(text: string): void {
    const beside = `${this.file}.new`;
    const descriptor = openSync(beside, 'w', 0o600);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(beside, this.file);
  }
}
