import { openAll } from './opened';

const noted: string[] = [];
const close = (name: string) => () => noted.push(name);
beforeEach(() => noted.splice(0));

it('closes in reverse, once', async () => {
  const opened = await openAll(async (pieces) => {
    pieces.add(close('first'));
    pieces.add(close('second'));
    return pieces;
  });
  expect(noted).toEqual([]);
  await opened.close();
  await opened.close();
  expect(noted).toEqual(['second', 'first']);
});

it('closes what was open when a piece cannot be opened, and says why it could not', async () => {
  const opening = openAll(async (pieces) => {
    pieces.add(close('first'));
    pieces.add(() => Promise.reject(new Error('cannot close')));
    throw new Error('cannot open');
  });
  await expect(opening).rejects.toThrow('cannot open');
  expect(noted).toEqual(['first']);
});

it('tries every piece, then says what failed', async () => {
  const opened = await openAll(async (pieces) => {
    pieces.add(close('first'));
    pieces.add(() => Promise.reject(new Error('cannot close')));
    return pieces;
  });
  await expect(opened.close()).rejects.toThrow('cannot close');
  expect(noted).toEqual(['first']);
});
