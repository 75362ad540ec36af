import type { ConfigurationOf } from '@heddle/platform';
import { HttpService } from './http-service';
import { openUaa } from './open-access';
import { ServiceToken } from './service-token';

/** The Cloud Controller for those who read its answers themselves. */
export interface CloudControllerLine {
  /** Asks with Heddle's own token. @throws {ServiceFailed} when no answer comes in time. */
  ask(path: string, signal: AbortSignal): Promise<Response>;
  close(): void;
}

const TIMEOUT_MS = 30_000;
const REFUSED = 401;

/** Opens a line to the Cloud Controller, if there is one. Nothing is asked yet. */
export function openCloudControllerLine(config: ConfigurationOf<'control-plane'>): CloudControllerLine | undefined {
  const uaa = openUaa(config);
  if (config.ccUrl === undefined || !uaa) return undefined;
  const options = { url: config.ccUrl, caFile: config.ccCa, timeoutMs: TIMEOUT_MS };
  const service = new HttpService({ ...options, name: 'the Cloud Controller' });
  const token = new ServiceToken(uaa);
  return {
    async ask(path, signal) {
      const text = await token.get();
      const headers = { authorization: `bearer ${text}` };
      const { status, body } = await service.ask({ method: 'GET', path, headers, signal });
      if (status === REFUSED) token.refused(text);
      return new Response(body, { status });
    },
    close() {
      service.close();
      uaa.close();
    },
  };
}
