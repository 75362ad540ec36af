import { StreamEnd } from './stream-end';

describe('how far a stream is known to have come', () => {
  let end: StreamEnd;

  beforeEach(() => {
    end = new StreamEnd();
  });

  it('grows with what it gives, holds and ends at', () => {
    end.gave(1, end.sequence);
    end.holds(5);
    end.gave(6, end.sequence);
    end.endsAt(9, end.sequence);
    end.endsAt(9, end.sequence);
    expect([end.sequence, end.wentBack]).toEqual([9, false]);
  });

  it('is not found to go back when answers overtake each other', () => {
    end.gave(2, 0);
    end.gave(1, 0);
    end.endsAt(1, 0);
    expect([end.sequence, end.wentBack]).toEqual([2, false]);
  });

  it('went back when a sequence is given that was known before the message was sent', () => {
    end.gave(4, 0);
    end.gave(4, end.sequence);
    expect(end.wentBack).toBe(true);
    end.gave(5, end.sequence);
    expect(end.wentBack).toBe(true);
  });

  it('went back when it ends before what was known when it was asked', () => {
    end.holds(4);
    end.endsAt(3, end.sequence);
    expect(end.wentBack).toBe(true);
  });

  it('begins again when all is made anew, unless that fails', () => {
    end.holds(4);
    end.endsAt(0, end.sequence);
    end.forget();
    end.gave(1, end.sequence);
    expect(end.wentBack).toBe(false);
    end.doubt();
    expect(end.wentBack).toBe(true);
  });
});
