import { DataplaneUnavailable } from './dataplane-unavailable';
import { writeSetting } from './kernel-setting';

it('says which setting cannot be written, and what to do', () => {
  const write = () => writeSetting('net/ipv4/heddle_has_no_such', '1');
  expect(write).toThrow(DataplaneUnavailable);
  expect(write).toThrow(
    /^the kernel setting net\/ipv4\/heddle_has_no_such cannot be written \(E[A-Z]+\): run the agent as root/,
  );
});
