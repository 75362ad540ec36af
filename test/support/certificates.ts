import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const DAYS = '2';
/** Node cannot sign certificates, openssl can. Elliptic keys are made in no time; servers of TLS 1.2 want RSA. */
const NEW_KEY = {
  rsa: ['-newkey', 'rsa:2048'],
  elliptic: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
} as const;

/** Paths of a certificate and its key. */
export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

/** An authority of a test's own, in a directory of its own. */
export class CertificateAuthority {
  private issued = 0;

  private constructor(
    private readonly directory: string,
    private readonly own: CertificatePaths,
  ) {}

  static async create(): Promise<CertificateAuthority> {
    const directory = await mkdtemp(join(tmpdir(), 'heddle-certificates-'));
    const own = { cert: join(directory, 'ca.crt'), key: join(directory, 'ca.key') };
    const subject = ['-subj', '/CN=authority', '-days', DAYS];
    await run('openssl', [
      'req',
      '-x509',
      '-nodes',
      ...NEW_KEY.elliptic,
      ...subject,
      '-keyout',
      own.key,
      '-out',
      own.cert,
    ]);
    return new CertificateAuthority(directory, own);
  }

  /** The certificate of the authority itself. */
  get cert(): string {
    return this.own.cert;
  }

  /** Signs a certificate with this common name and these other names (`DNS:a,IP:127.0.0.1`). */
  async issue(
    commonName: string,
    { names, keyType = 'elliptic' }: { names?: string; keyType?: keyof typeof NEW_KEY } = {},
  ): Promise<CertificatePaths> {
    const base = join(this.directory, String(++this.issued));
    const paths = { cert: `${base}.crt`, key: `${base}.key` };
    const extensions = names === undefined ? [] : ['-addext', `subjectAltName=${names}`];
    const request = ['-subj', `/CN=${commonName}`, ...extensions, '-keyout', paths.key, '-out', `${base}.csr`];
    await run('openssl', ['req', '-nodes', ...NEW_KEY[keyType], ...request]);
    const signer = ['-CA', this.own.cert, '-CAkey', this.own.key, '-CAcreateserial', '-copy_extensions', 'copy'];
    await run('openssl', ['x509', '-req', '-in', `${base}.csr`, ...signer, '-days', DAYS, '-out', paths.cert]);
    return paths;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
