/** A leaf is split into 32 children when it would grow beyond this many entries: few enough to be copied in no time. */
const LEAF_SIZE = 32;
const BITS = 5;
const FAN_OUT = 2 ** BITS;
/** After this many bits the hash is used up, and a leaf may grow beyond {@link LEAF_SIZE}. */
const LAST_SHIFT = 30;

/** A key with its value. The hash tells most keys apart by comparing numbers, and a leaf that is split needs no key read again. */
interface Entry<Value> {
  readonly hash: number;
  readonly key: string;
  readonly value: Value;
}

type Leaf<Value> = readonly Entry<Value>[];
/** What lies below some bits of the hash. */
class Branch<Value> {
  constructor(readonly children: readonly (Node<Value> | undefined)[]) {}
}
type Node<Value> = Leaf<Value> | Branch<Value>;

/**
 * A map from strings that never changes: `set` and `delete` give a new map that shares all but a few dozen entries with
 * the old one. With it a fold over the log can be pure and still cost the same for 10 as for 100 000 policies.
 */
export class PersistentMap<Value> {
  private constructor(
    private readonly root: Node<Value>,
    /** The number of entries. */
    readonly size: number,
  ) {}

  static empty<Value>(): PersistentMap<Value> {
    return new PersistentMap<Value>([], 0);
  }

  get(key: string): Value | undefined {
    return find(this.root, hashOf(key), key)?.value;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: Value): PersistentMap<Value> {
    const entry = { hash: hashOf(key), key, value };
    const before = find(this.root, entry.hash, key);
    return new PersistentMap(insert(this.root, entry, before, 0), before ? this.size : this.size + 1);
  }

  delete(key: string): PersistentMap<Value> {
    const entry = find(this.root, hashOf(key), key);
    return entry ? new PersistentMap(remove(this.root, entry, 0), this.size - 1) : this;
  }

  /** Every entry once, in no promised order. */
  *entries(): Generator<[string, Value]> {
    for (const leaf of leavesOf(this.root)) for (const { key, value } of leaf) yield [key, value];
  }

  *values(): Generator<Value> {
    for (const leaf of leavesOf(this.root)) for (const { value } of leaf) yield value;
  }
}

function find<Value>(root: Node<Value>, hash: number, key: string): Entry<Value> | undefined {
  let node: Node<Value> | undefined = root;
  for (let shift = 0; node instanceof Branch; shift += BITS) node = node.children[slot(hash, shift)];
  if (node) for (const entry of node) if (entry.hash === hash && entry.key === key) return entry;
  return undefined;
}

/** The node with an entry, in the place of the one `before` if there is one with its key. */
function insert<Value>(
  node: Node<Value> | undefined,
  entry: Entry<Value>,
  before: Entry<Value> | undefined,
  shift: number,
): Node<Value> {
  if (node instanceof Branch) {
    const index = slot(entry.hash, shift);
    return withChild(node, index, insert(node.children[index], entry, before, shift + BITS));
  }
  if (!node) return [entry];
  const leaf = node.slice();
  leaf[before ? leaf.indexOf(before) : leaf.length] = entry;
  return leaf.length <= LEAF_SIZE || shift > LAST_SHIFT ? leaf : split(leaf, shift);
}

function split<Value>(leaf: Leaf<Value>, shift: number): Branch<Value> {
  const children = new Array<Entry<Value>[] | undefined>(FAN_OUT).fill(undefined);
  for (const entry of leaf) (children[slot(entry.hash, shift)] ??= []).push(entry);
  return new Branch(children);
}

/** The node without an entry that is in it. */
function remove<Value>(node: Node<Value>, entry: Entry<Value>, shift: number): Node<Value> {
  if (!(node instanceof Branch)) return node.filter((one) => one !== entry);
  const index = slot(entry.hash, shift);
  return withChild(node, index, remove(node.children[index] as Node<Value>, entry, shift + BITS));
}

function withChild<Value>({ children }: Branch<Value>, index: number, child: Node<Value>): Branch<Value> {
  const copy = children.slice();
  copy[index] = child;
  return new Branch(copy);
}

function* leavesOf<Value>(node: Node<Value>): Generator<Leaf<Value>> {
  if (!(node instanceof Branch)) yield node;
  else for (const child of node.children) if (child !== undefined) yield* leavesOf(child);
}

function slot(hash: number, shift: number): number {
  return (hash >>> shift) & (FAN_OUT - 1);
}

/** FNV-1a, 32 bits, followed by one mixing step so that keys that differ only at the end also differ in the low bits. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}
