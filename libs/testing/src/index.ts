export { describeAsRoot } from './as-root';
export { describeOnEachDatabase, describeWithPostgres, type DatabaseLocation, type TestDatabases } from './databases';
export { specificationOf, type Expectation } from './given';
export { NetworkNamespace } from './namespaces';
export { loggedEvent } from './logged-event';
export { startPostgres, type RunningPostgres } from './postgres';
export { startTestNats, type TestNats } from './nats-server';
