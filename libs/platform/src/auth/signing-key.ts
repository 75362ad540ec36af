import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join, resolve } from 'node:path';
import { FatalError, UserError } from '../errors';
import { createFileAtomically, ensureDataDirectory, readTextFile } from '../files';

/** The Ed25519 key pair that signs the tokens of one installation. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const KEY_FILE = 'signing.key';
const OWNER_ONLY = 0o600;

/**
 * The key in `<dataDir>/signing.key` (PKCS #8, PEM), made at the first call. Programs that start at the same moment get
 * the same key.
 * @throws {FatalError} when the directory cannot be written, or the file holds something else.
 */
export async function ensureSigningKey(dataDir: string): Promise<SigningKey> {
  const path = join(await ensureDataDirectory(dataDir), KEY_FILE);
  const existing = await readTextFile(path);
  if (existing !== undefined) return parseKey(existing, path);
  const { privateKey } = generateKeyPairSync('ed25519');
  const made = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  if (await createFileAtomically(path, made, OWNER_ONLY)) return parseKey(made, path);
  return ensureSigningKey(dataDir);
}

/**
 * The key in a data directory that a control plane has already used.
 * @throws {UserError} when there is none: a key made here would sign tokens that nobody accepts.
 */
export async function readSigningKey(dataDir: string): Promise<SigningKey> {
  const path = resolve(dataDir, KEY_FILE);
  const pem = await readTextFile(path);
  if (pem !== undefined) return parseKey(pem, path);
  throw new UserError(
    'signing-key-missing',
    `there is no signing key at ${path}: name the data directory of the control plane in HEDDLE_DATA_DIR`,
  );
}

function parseKey(pem: string, path: string): SigningKey {
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType !== 'ed25519')
      throw new TypeError(`it is of type ${privateKey.asymmetricKeyType}`);
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch (error) {
    throw new FatalError(
      `${path} does not hold an Ed25519 key: restore it, or remove it to have a new one made, after which tokens signed with the old one are refused`,
      { cause: error },
    );
  }
}
