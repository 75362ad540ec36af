import { Alarms } from '../alarms';
import { Knowledge } from '../knowledge';
import { leaseDocument, silent } from '../testing/samples';
import { LeaseDoubt } from './lease-doubt';

const LONG_MS = 60_000;

describe('what was read of the leases', () => {
  let alarms: Alarms;
  let knowledge: Knowledge;
  let doubt: LeaseDoubt;
  const raised = () => alarms.list().map(({ message }) => message);
  const comes = (n: number) => {
    knowledge.leaseChanged(leaseDocument(n, n));
    doubt.leaseCame();
  };
  beforeEach(() => {
    jest.useFakeTimers();
    alarms = new Alarms(silent);
    knowledge = new Knowledge('cell-1');
    doubt = new LeaseDoubt(knowledge, 0.5, alarms);
  });
  afterEach(() => jest.useRealTimers());

  it('is not doubted by a cell without a lease, however long it waits for one', () => {
    comes(2);
    doubt.settle();
    jest.advanceTimersByTime(LONG_MS);
    expect(raised()).toEqual([]);
  });

  it('is not doubted at a first start whose own document comes a little after its lease', () => {
    doubt.settle();
    knowledge.holdSubnet('10.255.1.0/24');
    jest.advanceTimersByTime(20);
    comes(1);
    jest.advanceTimersByTime(LONG_MS);
    expect(raised()).toEqual([]);
  });

  it('is doubted when the document of the lease stays away, whatever else comes, and no longer once it is there', () => {
    doubt.settle();
    knowledge.holdSubnet('10.255.1.0/24');
    for (let n = 2; n < 8; n++) {
      comes(n);
      jest.advanceTimersByTime(1_000);
    }
    expect(raised()).toEqual([
      expect.stringMatching(/^the lease of cell-1 itself is not among the \d that were read$/),
    ]);
    comes(1);
    expect(raised()).toEqual([]);
    jest.advanceTimersByTime(LONG_MS);
    expect(raised()).toEqual([]);
  });

  it('is doubted at once by a cell that remembers leases, until it agrees with them', () => {
    knowledge.remember(
      [1, 2, 3, 4].map((n) => leaseDocument(n, n)),
      [],
    );
    doubt.settle();
    expect(raised()).toEqual(['the lease of cell-1 itself is not among the 0 that were read']);
    comes(1);
    expect(raised()).toEqual(['3 of 3 peers are gone without a word that their leases have ended']);
    comes(2);
    comes(3);
    expect(raised()).toEqual([]);
  });
});
