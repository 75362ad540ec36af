/** A leaf is split into 32 children when it would grow beyond this many entries: small enough to copy in a microsecond. */
const LEAF_SIZE = 32;
const BITS = 5;
const FAN_OUT = 2 ** BITS;
/** After this many bits the hash is used up, and a leaf may grow beyond {@link LEAF_SIZE}. */
const LAST_SHIFT = 30;

type Leaf<Value> = ReadonlyMap<string, Value>;
type Branch<Value> = readonly (Node<Value> | undefined)[];
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
    return new PersistentMap<Value>(new Map(), 0);
  }

  get(key: string): Value | undefined {
    let node: Node<Value> | undefined = this.root;
    for (let shift = 0, hash = hashOf(key); node !== undefined; shift += BITS) {
      if (isLeaf(node)) return node.get(key);
      node = node[slot(hash, shift)];
    }
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: Value): PersistentMap<Value> {
    const size = this.has(key) ? this.size : this.size + 1;
    return new PersistentMap(insert(this.root, hashOf(key), 0, key, value), size);
  }

  delete(key: string): PersistentMap<Value> {
    if (!this.has(key)) return this;
    return new PersistentMap(remove(this.root, hashOf(key), 0, key), this.size - 1);
  }

  /** Every entry once, in no promised order. */
  *entries(): Generator<[string, Value]> {
    yield* entriesOf(this.root);
  }

  *values(): Generator<Value> {
    for (const [, value] of this.entries()) yield value;
  }
}

function isLeaf<Value>(node: Node<Value>): node is Leaf<Value> {
  return node instanceof Map;
}

function insert<Value>(node: Node<Value>, hash: number, shift: number, key: string, value: Value): Node<Value> {
  if (isLeaf(node)) {
    const leaf = new Map(node).set(key, value);
    return leaf.size <= LEAF_SIZE || shift > LAST_SHIFT ? leaf : split(leaf, shift);
  }
  const index = slot(hash, shift);
  return node.with(index, insert(node[index] ?? new Map<string, Value>(), hash, shift + BITS, key, value));
}

function split<Value>(leaf: Leaf<Value>, shift: number): Branch<Value> {
  const children: (Map<string, Value> | undefined)[] = new Array<undefined>(FAN_OUT).fill(undefined);
  for (const [key, value] of leaf) (children[slot(hashOf(key), shift)] ??= new Map<string, Value>()).set(key, value);
  return children;
}

function remove<Value>(node: Node<Value>, hash: number, shift: number, key: string): Node<Value> {
  if (isLeaf(node)) {
    const leaf = new Map(node);
    leaf.delete(key);
    return leaf;
  }
  const index = slot(hash, shift);
  const child = node[index];
  return child === undefined ? node : node.with(index, remove(child, hash, shift + BITS, key));
}

function* entriesOf<Value>(node: Node<Value>): Generator<[string, Value]> {
  if (isLeaf(node)) yield* node;
  else for (const child of node) if (child !== undefined) yield* entriesOf(child);
}

function slot(hash: number, shift: number): number {
  return (hash >>> shift) & (FAN_OUT - 1);
}

/** FNV-1a, 32 bits, followed by one mixing step so that keys that differ only at the end also differ in the low bits. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
