/**
 * How far a stream is known to have come. Sequences only grow: a stream that gives one a second time, or ends before it, is not what
 * it was. An older copy of it was put back, or another made in its place.
 */
export class StreamEnd {
  private known = 0;
  private back = false;

  /** Whether the stream was found to be older than it once was, and is not known to have been mended. */
  get wentBack(): boolean {
    return this.back;
  }

  /** The highest sequence that is known to have been given. */
  get sequence(): number {
    return this.known;
  }

  /** A message has this sequence. */
  holds(sequence: number): void {
    this.known = Math.max(this.known, sequence);
  }

  /**
   * A new message was given this sequence.
   * @param behind what {@link sequence} was when it was sent: answers may overtake each other.
   */
  gave(sequence: number, behind: number): void {
    this.back ||= sequence <= behind;
    this.holds(sequence);
  }

  /**
   * The stream says that this is its last sequence.
   * @param behind what {@link sequence} was when it was asked.
   */
  endsAt(sequence: number, behind: number): void {
    this.back ||= sequence < behind;
    this.holds(sequence);
  }

  /** All of the stream is being made anew: what it gives from here on counts. */
  forget(): void {
    [this.known, this.back] = [0, false];
  }

  /** That did not come to an end. */
  doubt(): void {
    this.back = true;
  }
}
