import { Alarms } from '../alarms';
import { silent } from '../testing/samples';
import { Contact } from './contact';

const TOLERANCE_MS = 60_000;

describe('a cell that can ask nobody', () => {
  let alarms: Alarms;
  let tooLong: string[];
  let contact: Contact;
  beforeEach(() => {
    jest.useFakeTimers({ now: 1_000_000 });
    alarms = new Alarms(silent);
    tooLong = [];
    contact = new Contact(TOLERANCE_MS, (why) => tooLong.push(why), alarms);
  });
  afterEach(() => jest.useRealTimers());

  it('goes on for as long as is tolerated, and says that it does', () => {
    contact.lost();
    expect(alarms.list().map(({ code }) => code)).toEqual(['stale']);
    jest.advanceTimersByTime(TOLERANCE_MS - 1);
    expect(tooLong).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(tooLong).toEqual(['nobody could be asked for 60 s (HEDDLE_PARTITION_TOLERANCE)']);
  });

  it('has the whole time again after somebody answered', () => {
    contact.lost();
    jest.advanceTimersByTime(TOLERANCE_MS - 1);
    contact.regained();
    expect(alarms.list()).toEqual([]);
    contact.lost();
    jest.advanceTimersByTime(TOLERANCE_MS - 1);
    expect(tooLong).toEqual([]);
  });

  it('is not given more time by being cut off twice, or by a restart', () => {
    contact.lost(Date.now() - TOLERANCE_MS + 10);
    contact.lost();
    jest.advanceTimersByTime(10);
    expect(tooLong).toHaveLength(1);
    expect(contact.inTouchAtMs).toBe(1_000_000 - TOLERANCE_MS + 10);
  });
});
