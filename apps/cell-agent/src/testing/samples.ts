import type { AppDocument, LeaseDocument } from '@heddle/calc';
import type { LeaseGrant } from '@heddle/cell-protocol';
import { createLogger, type Logger } from '@heddle/platform';
import { containerRequest, type Container } from '../container';

/** A logger that says nothing. */
export const silent: Logger = createLogger({ name: 'test', level: 'silent' });

/** The document of an app that holds a tag and is open to the app with the tag 1. */
export function appDocument(app: string, rev: number, members: Partial<AppDocument> = {}): AppDocument {
  return { app, rev, tag: rev, inbound: [{ protocol: 'tcp', start: 8080, end: 8080, tags: [1] }], ...members };
}

/** The document of the lease of `cell-<n>`. */
export function leaseDocument(n: number, rev: number): LeaseDocument {
  const addresses = { underlayAddress: `10.0.0.${n}`, overlaySubnet: `10.255.${n}.0/24` };
  const peer = { cell: `cell-${n}`, ...addresses, overlayHardwareAddress: `ee:ee:0a:ff:0${n}:00` };
  return { cell: `cell-${n}`, rev, peer };
}

/** A lease of `10.255.<n>.0/24` for `cell-1`, as the control plane gives it. */
export function grant(n: number): LeaseGrant {
  const identity = { cell: 'cell-1', incarnation: '00000000-0000-4000-8000-000000000001', incarnationNumber: 1 };
  const addresses = { overlaySubnet: `10.255.${n}.0/24`, overlayHardwareAddress: `ee:ee:0a:ff:0${n}:00` };
  return { lease: { ...identity, underlayAddress: '10.0.0.1', ...addresses }, overlayNetworks: ['10.255.0.0/16'] };
}

/** An instance of an app, at `10.255.1.<n>`. */
export function container(app: string, n: number): Container {
  const request = containerRequest.parse({ handle: `${app}-${n}`, app, index: n, netns: `/run/netns/${app}-${n}` });
  return { ...request, address: `10.255.1.${n}`, hostInterface: `s-0102550010${String(n).padStart(2, '0')}` };
}
