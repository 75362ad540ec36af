/** A path of Cloud Foundry's policy API, and what may be asked of it. */
export interface Route {
  /** Without OPTIONS, in the order in which `Access-Control-Allow-Methods` names them. */
  readonly methods: readonly ('GET' | 'POST')[];
  /** What the path says where a version has to be; `undefined` on paths without one. */
  readonly version?: string;
}

const UNVERSIONED: Readonly<Record<string, Route>> = {
  '/': { methods: ['GET'] },
  '/networking': { methods: ['GET'] },
  '/health': { methods: ['GET'] },
};

const VERSIONED: Readonly<Record<string, Route>> = {
  whoami: { methods: ['GET'] },
  policies: { methods: ['POST', 'GET'] },
  'policies/delete': { methods: ['POST'] },
  'policies/cleanup': { methods: ['POST'] },
  tags: { methods: ['GET'] },
};

/** The version may be any text, also none: it is judged after the route. */
const EXTERNAL = /^\/networking\/([^/]*)\/external\/(.+)$/s;

/** The route of a decoded path, compared letter by letter: a slash at the end or another case is another path. */
export function findRoute(path: string): Route | undefined {
  if (Object.hasOwn(UNVERSIONED, path)) return UNVERSIONED[path];
  const [, version, name = ''] = EXTERNAL.exec(path) ?? [];
  return Object.hasOwn(VERSIONED, name) ? { ...(VERSIONED[name] as Route), version } : undefined;
}

/** What stands beside Cloud Foundry's API on the same port, and answers in its own way. */
const NATIVE = /^\/(api|dashboard|metrics|healthz)(\/|$)/;

/** Whether a path belongs to Heddle's own API. */
export function isNative(path: string): boolean {
  return NATIVE.test(path);
}
