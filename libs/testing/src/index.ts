export { describeAsRoot } from './as-root';
export { specificationOf, type Expectation } from './given';
export { NetworkNamespace } from './namespaces';
export { startTestNats, type TestNats } from './nats-server';
export { describeOnEachDatabase, describeWithPostgres, type DatabaseLocation, type TestDatabases } from './databases';
export { loggedEvent } from './logged-event';
export { startPostgres, type RunningPostgres } from './postgres';
