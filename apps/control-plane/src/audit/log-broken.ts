/** The log is not as it was written, and nobody has acknowledged it: nothing is appended. */
export class LogBroken extends Error {
  constructor(breaks: number, firstSeq: number) {
    super(
      `the log is not as it was written (${breaks === 1 ? '' : `${breaks} times, first `}at event ${firstSeq}), and takes no changes ` +
        'until an administrator has looked: heddle audit status, then heddle audit acknowledge --reason …',
    );
    this.name = 'LogBroken';
  }
}
