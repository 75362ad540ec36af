import { renderServerConfiguration } from './server-configuration';

const configuration = {
  port: 20_001,
  storeDirectory: '/data/with "quotes"/nats',
  users: { control: { user: 'control', pass: 'secret-1' }, cell: { user: 'cell', pass: 'secret-2' } },
  syncsAlways: false,
};

describe('the configuration of the embedded server', () => {
  it('is this text', () =>
    expect(renderServerConfiguration(configuration))
      .toBe(String.raw`# Written by Heddle at each start; changes are lost.
server_name: heddle-embedded
host: 127.0.0.1
port: 20001
max_payload: 20971520
max_pending: 83886080
jetstream {
  store_dir: "/data/with \"quotes\"/nats"
}
authorization {
  users: [
    { user: "control", password: "secret-1" }
    {
      user: "cell", password: "secret-2"
      permissions: {
        publish: ["heddle.cell.>", "heddle.lease.>", "$JS.API.DIRECT.GET.HEDDLE_STATE", "$JS.API.DIRECT.GET.HEDDLE_STATE.>"]
        subscribe: ["heddle.live.>", "_INBOX_CELL.>"]
      }
    }
  ]
}
`));

  it('syncs each message where the server can', () =>
    expect(renderServerConfiguration({ ...configuration, syncsAlways: true })).toContain(
      'nats"\n  sync_interval: always\n}',
    ));
});
