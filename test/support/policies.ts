/** A policy as Cloud Foundry's v1 API writes it. */
export function wirePolicy(source: string, destination: string, start = 8080, end = start, protocol = 'tcp') {
  return { source: { id: source }, destination: { id: destination, protocol, ports: { start, end } } };
}

/** The body of a create or delete request. */
export function policiesBody(...policies: unknown[]): { policies: unknown[] } {
  return { policies };
}

/** The path of the policies, for create and list. */
export const POLICIES = '/networking/v1/external/policies';
/** The path to delete policies. */
export const DELETE = `${POLICIES}/delete`;
