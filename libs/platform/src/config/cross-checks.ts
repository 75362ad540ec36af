import { blockContains, parseBlock, type Ipv4Block } from '@heddle/domain/ipv4';
import type { SettingName, Settings } from './catalogue';

/** What is wrong with values that are each right on their own; undefined when nothing is, or one of them is not known. */
type CrossCheck = (settings: Partial<Settings>) => string | undefined;

const crossChecks: readonly CrossCheck[] = [
  function blocksFitTheNetworks({ overlayNetworks = [], overlayBlockPrefix = Infinity }) {
    const tooSmall = overlayNetworks.find((network) => overlayBlockPrefix <= parseBlock(network).prefixLength);
    if (tooSmall === undefined) return undefined;
    return `HEDDLE_OVERLAY_BLOCK_PREFIX is '${overlayBlockPrefix}', but must be longer than the prefix of each of HEDDLE_OVERLAY_NETWORKS (${tooSmall})`;
  },
  function drainedNetworksAreOthers({ overlayNetworks = [], overlayDrainedNetworks = [] }) {
    const drained = overlayDrainedNetworks.map(parseBlock);
    const shared = overlayNetworks.find((network) => drained.some((other) => overlap(parseBlock(network), other)));
    if (shared === undefined) return undefined;
    return `HEDDLE_OVERLAY_DRAINED_NETWORKS is '${overlayDrainedNetworks.join(',')}', but must not overlap with HEDDLE_OVERLAY_NETWORKS (${shared}), where new leases come from`;
  },
  function leasesAreRenewedInTime({ leaseExpirationSeconds, leaseRenewIntervalSeconds }) {
    if (leaseExpirationSeconds === undefined || leaseRenewIntervalSeconds === undefined) return undefined;
    if (leaseRenewIntervalSeconds < leaseExpirationSeconds) return undefined;
    return `HEDDLE_LEASE_RENEW_INTERVAL is '${leaseRenewIntervalSeconds}', but must be shorter than HEDDLE_LEASE_EXPIRATION (${leaseExpirationSeconds})`;
  },
  function certificatesAreComplete({ internalTlsCert, internalTlsKey, internalTlsCa }) {
    const given = [internalTlsCert, internalTlsKey, internalTlsCa].filter((path) => path !== undefined);
    return given.length === 0 || given.length === 3
      ? undefined
      : 'HEDDLE_INTERNAL_TLS_CERT, HEDDLE_INTERNAL_TLS_KEY and HEDDLE_INTERNAL_TLS_CA belong together: set all or none';
  },
  function certificatesOfLeasesAreComplete({ leasesTlsCert, leasesTlsKey, leasesTlsCa }) {
    const given = [leasesTlsCert, leasesTlsKey, leasesTlsCa].filter((path) => path !== undefined);
    return given.length === 0 || given.length === 3
      ? undefined
      : 'HEDDLE_LEASES_TLS_CERT, HEDDLE_LEASES_TLS_KEY and HEDDLE_LEASES_TLS_CA belong together: set all or none';
  },
  function passwordHasAUser({ natsUser, natsPassword }) {
    return natsPassword !== undefined && natsUser === undefined
      ? 'HEDDLE_NATS_PASSWORD is set, but HEDDLE_NATS_USER is not: set both or none'
      : undefined;
  },
  function certificateHasAKey({ httpTlsCert, httpTlsKey }) {
    return (httpTlsCert === undefined) === (httpTlsKey === undefined)
      ? undefined
      : 'HEDDLE_HTTP_TLS_CERT and HEDDLE_HTTP_TLS_KEY go together: set both or none';
  },
  function uaaKnowsHeddle({ uaaUrl, uaaClientSecret }) {
    return uaaUrl !== undefined && uaaClientSecret === undefined
      ? 'HEDDLE_UAA_URL is set, but HEDDLE_UAA_CLIENT_SECRET is not: UAA answers to its clients only'
      : undefined;
  },
  function cloudControllerHasUaa({ ccUrl, uaaUrl }) {
    return ccUrl !== undefined && uaaUrl === undefined
      ? 'HEDDLE_CC_URL is set, but HEDDLE_UAA_URL is not: the Cloud Controller answers to tokens of UAA only'
      : undefined;
  },
];

/** Everything that is wrong between values. */
export function conflictsBetween(values: ReadonlyMap<SettingName, unknown>): string[] {
  const settings: Partial<Settings> = Object.fromEntries(values);
  return crossChecks.flatMap((check) => check(settings) ?? []);
}

function overlap(one: Ipv4Block, other: Ipv4Block): boolean {
  return blockContains(one, other) || blockContains(other, one);
}
