import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OPENSSL_TIMEOUT_MS = 20_000;

/** A key and a certificate that trusts itself, in PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Makes a {@link TestCertificate} for 127.0.0.1, good for a day. */
export function makeCertificate(): TestCertificate {
  const directory = mkdtempSync(join(tmpdir(), 'heddle-cert-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  try {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-days', '1'],
        ...['-subj', '/CN=stub', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
      ],
      { timeout: OPENSSL_TIMEOUT_MS, stdio: 'pipe' },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
