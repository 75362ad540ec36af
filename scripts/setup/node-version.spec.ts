import { requireNodeVersion } from './node-version.mjs';

it.each(['20.19.0', '20.20.2', '22.0.0'])('Node %s will do', (version) =>
  expect(() => requireNodeVersion(version)).not.toThrow(),
);

it.each(['18.20.8', '20.18.3'])('Node %s is too old, and is named', (version) =>
  expect(() => requireNodeVersion(version)).toThrow(`needs Node 20.19 or newer and this is ${version}`),
);
