import { atOnce } from '@heddle/domain';
import { renderDelta as render } from './delta';
import { differenceOf } from './element-change';
import { NO_ELEMENTS, type NftElements } from './elements';

const renderDelta = (from: NftElements, to: NftElements) => atOnce(render(atOnce(differenceOf(from, to))));

describe('the difference between two sets of elements', () => {
  const peers = (...addresses: readonly string[]) => ({ ...NO_ELEMENTS, peers: new Set(addresses) });

  it('is nothing between equals, whatever their order', () => {
    const none = { text: '', added: 0, removed: 0 };
    expect(renderDelta(NO_ELEMENTS, NO_ELEMENTS)).toEqual(none);
    expect(renderDelta(peers('192.0.2.2', '192.0.2.3'), peers('192.0.2.3', '192.0.2.2'))).toEqual(none);
  });

  it('touches only what differs', () => {
    expect(renderDelta(peers('192.0.2.2', '192.0.2.3'), peers('192.0.2.3', '192.0.2.4'))).toEqual({
      text: 'delete element ip heddle peers { 192.0.2.2 }\nadd element ip heddle peers { 192.0.2.4 }\n',
      added: 1,
      removed: 1,
    });
  });

  it('deletes before it adds, so that a tag and a range can be replaced', () => {
    const from = {
      ...NO_ELEMENTS,
      src_tag: new Set(['"s-010255001002" . 10.255.1.2 : 5']),
      allow_range: new Set(['10.255.1.2 . 5-5 . tcp . 1000-2000']),
    };
    const to = {
      ...NO_ELEMENTS,
      src_tag: new Set(['"s-010255001002" . 10.255.1.2 : 6']),
      allow_range: new Set(['10.255.1.2 . 5-5 . tcp . 1000-3000', '10.255.1.2 . 6-6 . tcp . 1000-2000']),
    };
    expect(renderDelta(from, to)).toEqual({
      text:
        'delete element ip heddle src_tag { "s-010255001002" . 10.255.1.2 : 5 }\n' +
        'delete element ip heddle allow_range { 10.255.1.2 . 5-5 . tcp . 1000-2000 }\n' +
        'add element ip heddle src_tag { "s-010255001002" . 10.255.1.2 : 6 }\n' +
        'add element ip heddle allow_range { 10.255.1.2 . 5-5 . tcp . 1000-3000, 10.255.1.2 . 6-6 . tcp . 1000-2000 }\n',
      added: 3,
      removed: 2,
    });
  });
});
