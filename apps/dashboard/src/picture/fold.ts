import type { Change } from '../api/schemas';
import { allowancesAfter, allowancesOf } from './allowances';
import { cellBookAfter, cellBookOf } from './cell-book';
import type { Fact } from './facts';
import { answer, ask, follow } from './followed';
import { withChange, withGap, withPage } from './ledger';
import type { Picture } from './picture';

/** The picture after one more fact. */
export function fold(picture: Picture, fact: Fact): Picture {
  switch (fact.type) {
    case 'stream-opened': {
      const live = { ...picture, connection: { state: 'live' } as const };
      return fact.resumed ? live : { ...live, round: live.round + 1, streamedUpTo: 0, ledger: withGap(live.ledger) };
    }
    case 'stream-lost': {
      const since = picture.connection.state === 'reconnecting' ? picture.connection.since : fact.at;
      return { ...picture, connection: { state: 'reconnecting', since, why: fact.why } };
    }
    case 'lists-doubted':
      return picture.round === 0 ? picture : { ...picture, round: picture.round + 1 };
    case 'changed':
      return withStreamed(picture, fact.change);
    case 'receipt-came':
    case 'placed':
      return { ...picture, cells: follow(picture.cells, fact, cellBookAfter) };
    case 'changes-listed':
      return { ...picture, ledger: withPage(picture.ledger, fact.app, fact.before, fact.page) };
    case 'policies-asked':
      return { ...picture, allowances: ask(picture.allowances) };
    case 'policies-listed':
      return { ...picture, allowances: answer(picture.allowances, allowancesOf(fact.policies), allowancesAfter) };
    case 'cells-asked':
      return { ...picture, cells: ask(picture.cells) };
    case 'cells-listed':
      return { ...picture, cells: answer(picture.cells, cellBookOf(fact.cells), cellBookAfter) };
  }
}

/** A change that the stream repeats must not be applied again: one that came after it would be undone. */
function withStreamed(picture: Picture, change: Change): Picture {
  if (change.seq <= picture.streamedUpTo) return picture;
  return {
    ...picture,
    streamedUpTo: change.seq,
    ledger: withChange(picture.ledger, change),
    allowances: follow(picture.allowances, change, allowancesAfter),
  };
}
