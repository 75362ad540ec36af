import { integer, struct, text, type Int64, type Shape } from './go-json/shapes';

/** The versions of the API. They differ in how ports are written, and in nothing else. */
export type ApiVersion = 'v0' | 'v1';

/** A policy as a client wrote it: of the right shape, but not checked. */
export interface PolicyAsSent {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly start: Int64;
  readonly end: Int64;
  readonly isTagged: boolean;
}

/** How the body of one version is made up, under the names its types have in Cloud Foundry's policy server. */
export interface PayloadShape<Sent> {
  /** The type of the whole, with its package. */
  readonly type: string;
  readonly policy: Shape<Sent>;
  asSent(policy: Sent): PolicyAsSent;
}

interface Source {
  id: string;
  tag: string;
}

interface Destination extends Source {
  protocol: string;
}

interface Ports {
  start: Int64;
  end: Int64;
}

interface PolicyV1 {
  source: Source;
  destination: Destination & { ports: Ports };
}

interface PolicyV0 {
  source: Source;
  destination: Destination & { port: Int64 };
}

const noSource = (): Source => ({ id: '', tag: '' });
const noPorts = (): Ports => ({ start: 0, end: 0 });
const noRange = (): PolicyV1['destination'] => ({ id: '', tag: '', protocol: '', ports: noPorts() });
const noPort = (): PolicyV0['destination'] => ({ id: '', tag: '', protocol: '', port: 0 });

/** Ranges of ports. */
export const payloadV1: PayloadShape<PolicyV1> = {
  type: 'api.PoliciesPayload',
  policy: struct('api.Policy', () => ({ source: noSource(), destination: noRange() }), {
    source: struct('api.Source', noSource, { id: text, tag: text }),
    destination: struct('api.Destination', noRange, {
      id: text,
      tag: text,
      protocol: text,
      ports: struct('api.Ports', noPorts, { start: integer, end: integer }),
    }),
  }),
  asSent: ({ source, destination }) => asSent(source, destination, destination.ports.start, destination.ports.end),
};

/** One port. */
export const payloadV0: PayloadShape<PolicyV0> = {
  type: 'api_v0.Policies',
  policy: struct('api_v0.Policy', () => ({ source: noSource(), destination: noPort() }), {
    source: struct('api_v0.Source', noSource, { id: text, tag: text }),
    destination: struct('api_v0.Destination', noPort, { id: text, tag: text, protocol: text, port: integer }),
  }),
  asSent: ({ source, destination }) => asSent(source, destination, destination.port, destination.port),
};

function asSent(source: Source, destination: Destination, start: Int64, end: Int64): PolicyAsSent {
  const isTagged = source.tag !== '' || destination.tag !== '';
  return { source: source.id, destination: destination.id, protocol: destination.protocol, start, end, isTagged };
}
