import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config';
import { during, sentenceOf } from './failure';
import { forgetResult, keepResult, keptResult } from './kept-results';
import { withPassingLock } from './lock';
import { isNamespace, namespaceOf, pinNamespace, unpinNamespace } from './namespace-pin';
import { loadNetworkList, type NetworkList } from './network-list';
import { PluginChain } from './plugin-chain';
import { Ports } from './ports';
import { applyRedirect } from './proxy-redirect';
import { answerTo, type UpAnswer } from './up-answer';
import type { NetIn, UpRequest } from './up-request';

/**
 * Puts containers on the network for Guardian, and takes them off it. What is asked of one container is done one after the other.
 *
 * In this order: its namespace is pinned, ports are given to it, the plugins do their part, what they made is kept, connections are led to
 * its proxy. What fails is undone, and whoever dies in between leaves the rest to the next one that is asked of the container.
 */
export class Networker {
  private readonly ports: Ports;
  private readonly chain: PluginChain;

  /** @param warn of what is no reason to fail */
  constructor(
    private readonly config: Config,
    private readonly warn: (message: string) => void,
  ) {
    this.ports = new Ports(config.stateFile, config.ports);
    this.chain = new PluginChain(config.pluginDir);
  }

  up(handle: string, request: UpRequest): UpAnswer {
    return this.alone(handle, (lock) => {
      const list = during('load cni config', () => loadNetworkList(this.config.networkDir));
      during('cni up failed: add network list failed', () => this.chain.checkPresent(list));
      if (this.isLeft(handle)) during('what is left of it', () => this.takeDown(handle, lock));
      const netIn = this.orUndo(
        () => this.letGo(handle),
        () => this.prepare(handle, request),
      );
      return this.orUndo(
        () => this.takeDown(handle, lock),
        () => this.attach(handle, list, { ...request, netIn }, lock),
      );
    });
  }

  /** Takes a container off the network; one that is not there is fine. */
  down(handle: string): void {
    this.alone(handle, (lock) => this.takeDown(handle, lock));
  }

  /** @returns the ports that lead to it */
  private prepare(handle: string, { pid, netIn }: UpRequest): NetIn[] {
    const [namespace, pin] = [namespaceOf(pid), this.pinOf(handle)];
    during(`failed mounting ${namespace} to ${pin}`, () => pinNamespace(namespace, pin));
    return during('allocating port', () => this.ports.allocate(handle, netIn));
  }

  private attach(handle: string, list: NetworkList, request: UpRequest, lock: number): UpAnswer {
    const { redirect, searchDomains } = this.config;
    const netns = this.pinOf(handle);
    const result = during('cni up failed: add network list failed', () =>
      this.chain.add(list, request, { handle, netns, lock }),
    );
    keepResult(handle, { list, result });
    const answer = answerTo(result, request.netIn, searchDomains);
    during('proxy redirect apply: do in container', () => applyRedirect(redirect, netns));
    return answer;
  }

  private takeDown(handle: string, lock: number): void {
    const pin = this.pinOf(handle);
    const netns = isNamespace(pin) ? pin : '';
    during('cni down', () => {
      // By the way that it came, for the network may be another one since.
      const kept = keptResult(handle);
      const list = kept?.list ?? loadNetworkList(this.config.networkDir);
      during('del network failed', () => this.chain.delete(list, kept?.result, { handle, netns, lock }));
    });
    this.letGo(handle);
  }

  /** For what is off the network: what fails here is told, and no reason for Guardian to ask again and again. */
  private letGo(handle: string): void {
    this.attempt('removing bind mount', () => unpinNamespace(this.pinOf(handle)));
    this.attempt('releasing ports', () => this.ports.release(handle));
    this.attempt('removing the kept result', () => forgetResult(handle));
  }

  private orUndo<T>(undo: () => void, task: () => T): T {
    try {
      return task();
    } catch (error) {
      this.attempt("not cleared away, so that 'down' has to", undo);
      throw error;
    }
  }

  private attempt(what: string, task: () => void): void {
    try {
      task();
    } catch (error) {
      this.warn(`${what}: ${sentenceOf(error)}`);
    }
  }

  private isLeft(handle: string): boolean {
    return existsSync(this.pinOf(handle)) || this.ports.holds(handle) || keptResult(handle) !== undefined;
  }

  private pinOf(handle: string): string {
    return join(this.config.bindMountDir, handle);
  }

  private alone<T>(handle: string, task: (lock: number) => T): T {
    return withPassingLock(`${this.config.stateFile}_lock-${handle}`, task);
  }
}
