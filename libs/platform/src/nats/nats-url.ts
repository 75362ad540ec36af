/** Where servers are, and who connects. */
export interface NatsAddress {
  /** `host:port` of each server. */
  readonly servers: readonly string[];
  readonly user?: string;
  readonly pass?: string;
}

/** Takes `nats://user:password@host:port`, or several of them with commas between them, apart. The first user named counts. */
export function parseNatsUrl(url: string): NatsAddress {
  const urls = url.split(',').map((one) => new URL(one.trim()));
  const withUser = urls.find(({ username }) => username !== '');
  return {
    servers: urls.map(({ protocol, host }) => `${protocol}//${host}`),
    user: withUser && decodeURIComponent(withUser.username),
    pass: withUser && decodeURIComponent(withUser.password),
  };
}

/** The same URL for people to read: without user and password. */
export function withoutCredentials(url: string): string {
  return parseNatsUrl(url).servers.join(',');
}
