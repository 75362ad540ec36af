import { readFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import type { Answer } from './control-plane';
import type { CertificatePaths } from './certificates';

/** A cell's client of the internal API, which keeps its connections. */
export class InternalClient {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    ca: string,
    certificate?: CertificatePaths,
    options: Pick<RequestOptions, 'maxVersion' | 'minVersion' | 'ciphers'> = {},
  ) {
    const own = certificate && { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) };
    this.agent = new Agent({ keepAlive: true, ca: readFileSync(ca), ...own, ...options });
  }

  /** The path goes out as it is. */
  async ask(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const options = { hostname, port, method, path, headers, agent: this.agent };
      const sent = request(options, (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }),
        );
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : Buffer.from(body));
    });
  }

  /** What a GET of `/networking/v1/internal/<what>` answers, which must be 200. */
  async get(what: string): Promise<string> {
    const { status, body } = await this.ask('GET', `/networking/v1/internal/${what}`);
    if (status !== 200) throw new Error(`GET ${what} answered ${status}: ${body}`);
    return body;
  }

  close(): void {
    this.agent.destroy();
  }
}
