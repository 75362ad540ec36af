import type { DatabaseLocation, TestNats } from '@heddle/testing';
import { CertificateAuthority } from './certificates';
import { TestControlPlane } from './control-plane';
import { InternalClient } from './internal-client';

/** A control plane with an internal API, and a cell's client of it. */
export interface InternalServer {
  readonly authority: CertificateAuthority;
  readonly server: TestControlPlane;
  readonly client: InternalClient;
  stop(): Promise<void>;
}

/** The settings of a control plane whose internal API has certificates of this authority, on a free port. */
export async function internalSettings(authority: CertificateAuthority): Promise<Record<string, string>> {
  const own = await authority.issue('policy-server', { names: 'DNS:localhost,IP:127.0.0.1', keyType: 'rsa' });
  return {
    HEDDLE_INTERNAL_HOST: '127.0.0.1',
    HEDDLE_INTERNAL_PORT: '0',
    HEDDLE_INTERNAL_HEALTH_PORT: '0',
    HEDDLE_INTERNAL_TLS_CERT: own.cert,
    HEDDLE_INTERNAL_TLS_KEY: own.key,
    HEDDLE_INTERNAL_TLS_CA: authority.cert,
  };
}

/** Starts one with certificates of its own. @param environment more settings */
export async function startInternalServer(
  nats: TestNats,
  location: DatabaseLocation,
  environment: Record<string, string> = {},
): Promise<InternalServer> {
  const authority = await CertificateAuthority.create();
  const databaseUrl = 'databaseUrl' in location ? location.databaseUrl : undefined;
  const server = await TestControlPlane.start(nats, databaseUrl, undefined, {
    ...(await internalSettings(authority)),
    ...environment,
  });
  const client = new InternalClient(server.internalUrl, authority.cert, await authority.issue('cell-1'));
  return {
    ...{ authority, server, client },
    async stop() {
      client.close();
      await server.stop();
      await authority.remove();
    },
  };
}
