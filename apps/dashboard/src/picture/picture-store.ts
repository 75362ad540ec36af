import type { Fact } from './facts';
import { fold } from './fold';
import { blankPicture, type Picture } from './picture';

/** Facts that come within this time are drawn together: one frame of a 60 Hz screen. */
const FRAME_MS = 16;

/** Holds the picture and tells those who draw it. */
export class PictureStore {
  private picture: Picture = blankPicture;
  private drawn: Picture = blankPicture;
  private readonly listeners = new Set<() => void>();
  private frame: ReturnType<typeof setTimeout> | null = null;

  /** Takes in a fact at once; those who draw hear of it within a frame. */
  readonly tell = (fact: Fact): void => {
    this.picture = fold(this.picture, fact);
    this.frame ??= setTimeout(() => {
      this.frame = null;
      this.drawn = this.picture;
      for (const listener of this.listeners) listener();
    }, FRAME_MS);
  };

  /** The picture to draw. */
  readonly read = (): Picture => this.drawn;

  /** @returns what ends the subscription */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}
