import { createSecureContext } from 'node:tls';
import { readTextFile, FatalError, messageOf, type ConfigurationOf } from '@heddle/platform';

/** What a server shows its clients, in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2';
}

/**
 * Reads certificate and key of the HTTP API; `undefined` where none are configured.
 * @throws {FatalError} when a file is missing, or the two do not belong together.
 */
export async function readTlsFiles({
  httpTlsCert,
  httpTlsKey,
}: ConfigurationOf<'control-plane'>): Promise<TlsFiles | undefined> {
  if (httpTlsCert === undefined || httpTlsKey === undefined) return undefined;
  const files = { cert: await present(httpTlsCert), key: await present(httpTlsKey), minVersion: 'TLSv1.2' } as const;
  try {
    createSecureContext(files);
  } catch (cause) {
    throw new FatalError(
      `${httpTlsCert} and ${httpTlsKey} cannot be used (${messageOf(cause)}): give a certificate and its key in PEM`,
      { cause },
    );
  }
  return files;
}

async function present(path: string): Promise<string> {
  const text = await readTextFile(path);
  if (text === undefined) throw new FatalError(`${path} is not there: it was named for TLS of the HTTP API`);
  return text;
}
