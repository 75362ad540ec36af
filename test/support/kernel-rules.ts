import { execFileSync } from 'node:child_process';
import { NetworkNamespace } from '@heddle/testing';

/** How the rules of a cell are read, whatever programs them, in a form in which only what follows from a state makes a difference. */
export interface KernelRules {
  /** Settings of agents that program them so. */
  readonly settings: NodeJS.ProcessEnv;
  /** Those in a network namespace. */
  held(namespace: string): string[];
  /** What the kernel makes of rendered ones, in a namespace of its own. */
  loaded(text: string): string[];
}

/** @param backend by the name that tests give it */
export function kernelRulesOf(backend: string): KernelRules {
  return backend === 'nftables' ? nftables : iptables(backend);
}

const nftables: KernelRules = {
  settings: { HEDDLE_DATAPLANE: 'nftables' },
  held: heldTable,
  loaded: (text) => inOwnNamespace(['nft', '-f', '-'], text, heldTable),
};

/** Lines as they are saved, whose order counts; without counters, and comments with the time. */
function iptables(command: string): KernelRules {
  const held = (namespace: string): string[] => {
    const saved = ['nat', 'filter'].map((table) => inNamespace(namespace, [`${command}-save`, '-t', table])).join('');
    return saved.replace(/^#.*\n|\[\d+:\d+\]$/gm, '').split('\n');
  };
  return {
    settings: { HEDDLE_DATAPLANE: 'iptables', HEDDLE_IPTABLES: command },
    held,
    loaded: (text) => inOwnNamespace([`${command}-restore`, '--noflush'], text, held),
  };
}

function inOwnNamespace<T>(load: readonly string[], text: string, read: (namespace: string) => T): T {
  const namespace = NetworkNamespace.create(`rendered-${process.pid}`);
  try {
    inNamespace(namespace.name, load, text);
    return read(namespace.name);
  } finally {
    namespace.delete();
  }
}

function inNamespace(namespace: string, command: readonly string[], input?: string): string {
  return execFileSync('ip', ['netns', 'exec', namespace, ...command], { encoding: 'utf8', input });
}

interface Listed {
  readonly nftables: readonly Record<string, Record<string, unknown>>[];
}

/** What the kernel changes by itself, or names as it likes. */
const VOLATILE = new Set(['handle', 'packets', 'bytes', 'metainfo']);
/** Elements that no state asks for: the mark of what was written, and connections that are counted. */
const NOT_OF_A_STATE = new Set(['fingerprint', 'connecting']);

function heldTable(namespace: string): string[] {
  const listed = inNamespace(namespace, ['nft', '-j', '-n', 'list', 'table', 'ip', 'heddle']);
  return normalized(JSON.parse(listed) as Listed);
}

/** A line for each set, map, chain and rule; of rules their place in the chain counts, and of elements none. */
function normalized({ nftables }: Listed): string[] {
  const rules = new Map<unknown, number>();
  const lines = nftables.map((entry) => {
    const [[kind = '', listed = {}] = []] = Object.entries(entry);
    const { elem, ...rest } = listed;
    if (kind === 'set' || kind === 'map') {
      const elements = NOT_OF_A_STATE.has(String(rest.name)) ? [] : ((elem ?? []) as unknown[]).map(text);
      return `${kind} ${text(rest)} ${elements.sort().join(' ')}`;
    }
    if (kind !== 'rule') return kind === 'metainfo' ? '' : `${kind} ${text(rest)}`;
    rules.set(rest.chain, (rules.get(rest.chain) ?? 0) + 1);
    return `rule ${rules.get(rest.chain)} ${text(rest)}`;
  });
  return lines.filter((line) => line !== '').sort();
}

function text(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => (VOLATILE.has(key) ? undefined : member));
}
