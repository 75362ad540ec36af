import { execFileSync } from 'node:child_process';
import { NetworkNamespace } from '@heddle/testing';

interface Listed {
  readonly nftables: readonly Record<string, Record<string, unknown>>[];
}

/** What the kernel changes by itself, or names as it likes. */
const VOLATILE = new Set(['handle', 'packets', 'bytes', 'metainfo']);
/** Elements that no state asks for: the mark of what was written, and connections that are counted. */
const NOT_OF_A_STATE = new Set(['fingerprint', 'connecting']);

/** Heddle's table in a network namespace, in a form in which the order that the kernel does not promise makes no difference. */
export function kernelTable(namespace: string): string[] {
  const list = ['netns', 'exec', namespace, 'nft', '-j', '-n', 'list', 'table', 'ip', 'heddle'];
  return normalized(JSON.parse(execFileSync('ip', list, { encoding: 'utf8' })) as Listed);
}

/** What the kernel makes of some text for `nft -f`, in a namespace of its own. */
export function loadedTable(text: string): string[] {
  const namespace = NetworkNamespace.create(`rendered-${process.pid}`);
  try {
    execFileSync('ip', ['netns', 'exec', namespace.name, 'nft', '-f', '-'], { input: text });
    return kernelTable(namespace.name);
  } finally {
    namespace.delete();
  }
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
