import type { DatabaseLocation, TestNats } from '@heddle/testing';
import { CertificateAuthority } from './certificates';
import type { Answer } from './control-plane';
import { TestControlPlane } from './control-plane';
import { InternalClient } from './internal-client';

/** A control plane that silk daemons can ask, and a daemon's client of it. */
export interface SilkServer {
  readonly server: TestControlPlane;
  /** Who has signed the certificates of both sides. */
  readonly authority: CertificateAuthority;
  /** Asks as a daemon does; a body that is no text goes out as JSON. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts one with certificates of its own. @param environment more settings */
export async function startSilkServer(
  nats: TestNats,
  location: DatabaseLocation,
  environment: Record<string, string> = {},
): Promise<SilkServer> {
  const authority = await CertificateAuthority.create();
  const own = await authority.issue('silk-controller', { names: 'DNS:localhost,IP:127.0.0.1', keyType: 'rsa' });
  const databaseUrl = 'databaseUrl' in location ? location.databaseUrl : undefined;
  const server = await TestControlPlane.start(nats, databaseUrl, undefined, {
    HEDDLE_LEASES_HOST: '127.0.0.1',
    HEDDLE_LEASES_PORT: '0',
    HEDDLE_LEASES_HEALTH_PORT: '0',
    HEDDLE_LEASES_TLS_CERT: own.cert,
    HEDDLE_LEASES_TLS_KEY: own.key,
    HEDDLE_LEASES_TLS_CA: authority.cert,
    ...environment,
  });
  const client = new InternalClient(server.leasesUrl, authority.cert, await authority.issue('cell-1'));
  return {
    server,
    authority,
    ask: (method, path, body) =>
      client.ask(method, path, body === undefined || typeof body === 'string' ? body : JSON.stringify(body)),
    async stop() {
      client.close();
      await server.stop();
      await authority.remove();
    },
  };
}
