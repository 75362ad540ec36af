export {
  AcknowledgedPublisher,
  CONTENT_ENCODING,
  PublicationRefused,
  PublicationUnanswered,
  type Publication,
} from './acknowledged-publisher';
export { connectNats, type NatsConnectionOptions } from './connect-nats';
export { type NatsServer, type NatsServerOptions, startNatsServer } from './nats-server';
export type { NatsUser, NatsUsers } from './nats-users';
export { parseNatsUrl, withoutCredentials, type NatsAddress } from './nats-url';
export type { NatsConnection } from 'nats';
