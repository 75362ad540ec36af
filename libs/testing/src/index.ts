export { describeAsRoot } from './as-root';
export { openBrowser, type OpenedBrowser } from './browser';
export { DatagramEnd } from './datagrams';
export {
  describeOnEachDatabase,
  describeWithPostgres,
  runStatement,
  type DatabaseLocation,
  type TestDatabases,
} from './databases';
export { DeadlyStatements } from './deadly-statements';
export {
  describeEachBackend,
  iptablesBackends,
  nftables,
  type DropReason,
  type TestedBackend,
} from './firewall-backends';
export { specificationOf, type Expectation } from './given';
export { NetworkNamespace } from './namespaces';
export { loggedEvent } from './logged-event';
export { startPostgres, type RunningPostgres } from './postgres';
export { NatsLine } from './nats-line';
export { startTestNats, type TestNats } from './nats-server';
export {
  echoTcp,
  echoUdp,
  hammerUdp,
  holdTcp,
  streamTcp,
  tryTcp,
  tryUdp,
  type HeldConnection,
  type Listener,
  type Outcome,
} from './probes';
export {
  addresses,
  overlayNetworks,
  peer,
  stateOf,
  tableOptions,
  tags,
  TwoCells,
  vtepOptions,
  vxlanPort,
  type App,
  type Permission,
} from './two-cells';
export { RunningHeddle, type Answer } from './running-heddle';
export { until } from './until';
export { StubCloudController } from './stub-cloud-controller';
export { StubService, type Fault, type StubAnswer, type StubRequest } from './stub-service';
export { StubUaa, type TokenHolder } from './stub-uaa';
export { makeCertificate, type TestCertificate } from './test-certificate';
export { volleyUdp, type Volleyed } from './volley';
