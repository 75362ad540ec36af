import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { FatalError, UserError } from '../errors';
import { createFileAtomically, ensureDataDirectory, readTextFile } from '../files';

const OWNER_ONLY = 0o600;
const PEM_BLOCK = /-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g;

/** A key that signed something, as everybody may know it. */
export interface PublicKey {
  /** The first 16 hexadecimal digits of the SHA-256 of the key (SPKI, DER). */
  readonly id: string;
  /** SPKI, PEM. */
  readonly pem: string;
}

/** Ed25519 keys, by id. */
export class PublicKeys {
  private readonly keys: ReadonlyMap<string, KeyObject>;

  constructor(keys: readonly KeyObject[]) {
    this.keys = new Map(keys.map((key) => [idOf(key), key]));
  }

  /** The keys in a text of PEM blocks, public or private. @throws {UserError} when there is none, or one is of another kind. */
  static parse(text: string, from: string): PublicKeys {
    return new PublicKeys(keysIn(text, from, (what) => new UserError('key-invalid', what)).map(publicOf));
  }

  get all(): readonly PublicKey[] {
    return [...this.keys].map(([id, key]) => ({ id, pem: key.export({ type: 'spki', format: 'pem' }).toString() }));
  }

  has(id: string): boolean {
    return this.keys.has(id);
  }

  /** Whether the key with this id signed the text. @param signature hexadecimal, lower case */
  isSignedBy(id: string, text: string, signature: string): boolean {
    const key = this.keys.get(id);
    return key !== undefined && verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'));
  }
}

/** The keys of one file: the first signs, and what the others signed is still believed. */
export interface KeyRing {
  readonly keys: PublicKeys;
  /** Of the key that signs. */
  readonly id: string;
  /** The signature of a text, 128 hexadecimal digits. */
  sign(text: string): string;
}

/**
 * The ring in a file of PEM blocks, made with one key at the first call. To change the key, put a new one before the old.
 * @throws {FatalError} when the file cannot be read or written, or does not begin with a private Ed25519 key.
 */
export async function ensureKeyRing(file: string): Promise<KeyRing> {
  const path = resolve(file);
  const existing = await readTextFile(path);
  if (existing !== undefined) return ringOf(existing, path);
  await ensureDataDirectory(dirname(path));
  const { privateKey } = generateKeyPairSync('ed25519');
  await createFileAtomically(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), OWNER_ONLY);
  return ensureKeyRing(path);
}

function ringOf(text: string, path: string): KeyRing {
  const fatal = (what: string, cause?: unknown) =>
    new FatalError(`${what}: restore it, or remove it to have a new one made, which did not sign what there is`, {
      cause,
    });
  const keys = keysIn(text, path, fatal);
  const [first] = keys;
  if (first?.type !== 'private') throw fatal(`${path} does not begin with a private key`);
  return {
    keys: new PublicKeys(keys.map(publicOf)),
    id: idOf(publicOf(first)),
    sign: (signed) => sign(null, Buffer.from(signed), first).toString('hex'),
  };
}

function keysIn(text: string, from: string, failed: (what: string, cause?: unknown) => Error): KeyObject[] {
  const blocks = [...text.matchAll(PEM_BLOCK)];
  if (blocks.length === 0) throw failed(`${from} holds no key in PEM`);
  return blocks.map(([pem, label]) => {
    try {
      const key = label === 'PUBLIC KEY' ? createPublicKey(pem) : createPrivateKey(pem);
      if (key.asymmetricKeyType === 'ed25519') return key;
      throw new TypeError(`it is of type ${key.asymmetricKeyType}`);
    } catch (cause) {
      throw failed(`${from} holds something else than Ed25519 keys`, cause);
    }
  });
}

function publicOf(key: KeyObject): KeyObject {
  return key.type === 'public' ? key : createPublicKey(key);
}

function idOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
}
