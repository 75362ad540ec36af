import { readConfiguration } from '@heddle/platform/config';
import { ApiClient } from '../api/api-client';
import { ChangeApi } from '../api/change-api';
import { GuardrailApi } from '../api/guardrail-api';
import { PastApi } from '../api/past-api';
import { ReplayApi } from '../api/replay-api';
import { TrailApi } from '../api/trail-api';
import type { SharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { Printer } from '../output/printer';
import { type BearerToken, findToken } from './bearer-token';
import { baseUrl } from './control-plane-url';

/** What a command works with once its arguments are known to be good. */
export interface Session {
  /** Of the control plane, without a slash at its end. */
  readonly url: string;
  readonly token: BearerToken;
  readonly api: ApiClient;
  readonly past: PastApi;
  readonly trail: TrailApi;
  readonly replay: ReplayApi;
  readonly changing: ChangeApi;
  readonly guardrails: GuardrailApi;
  readonly printer: Printer;
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
}

/**
 * Reads the configuration and finds the token; asks the control plane nothing yet.
 * @throws {UserError} when a setting is wrong or there is no token.
 */
export async function openSession(io: Io, options: SharedOptions): Promise<Session> {
  const env = options.url === undefined ? io.env : { ...io.env, HEDDLE_URL: options.url };
  const config = readConfiguration('cli', env);
  const url = baseUrl(config.url);
  const token = await findToken(config, options.tokenFile);
  const controlPlane = { url, token, signal: io.signal };
  return {
    url,
    token,
    api: new ApiClient(controlPlane),
    past: new PastApi(controlPlane),
    trail: new TrailApi(controlPlane),
    replay: new ReplayApi(controlPlane),
    changing: new ChangeApi(controlPlane),
    guardrails: new GuardrailApi(controlPlane),
    printer: new Printer(io, options.output),
    signal: io.signal,
  };
}
