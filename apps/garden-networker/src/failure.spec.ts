import { statSync } from 'node:fs';
import { during, Failure, sentenceOf } from './failure';

const caught = (task: () => unknown): unknown => {
  try {
    return task();
  } catch (error) {
    return error;
  }
};

it('says during what it failed, also where it was the kernel that refused', () => {
  const failing = (task: () => unknown) => sentenceOf(caught(() => during('outer', () => during('inner', task))));
  const refuse = () => {
    throw new Failure('no');
  };
  expect(failing(refuse)).toBe('outer: inner: no');
  expect(failing(() => statSync('/none'))).toMatch(/^outer: inner: ENOENT: no such file or directory/);
});

it('leaves a bug as it is, and says where it is', () => {
  const bug = new TypeError('x is not a function');
  const broken = () => {
    throw bug;
  };
  expect(caught(() => during('outer', broken))).toBe(bug);
  expect(sentenceOf(bug)).toMatch(/^this is a bug of heddle-garden-networker: TypeError: x is not a function\n {4}at /);
});
