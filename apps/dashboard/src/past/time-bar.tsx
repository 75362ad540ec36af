import { useState } from 'react';
import { usePicture } from '../live/connections';
import { newestOf } from '../picture/ledger';
import { dayAndTime } from '../text/times';
import { useReplay } from './use-replay';

const SPEEDS = [1, 10, 60, 3600] as const;

interface Props {
  /** The change after which things are shown, before anything is played. */
  readonly seq: number;
  /** The newest change there is. */
  readonly newest: number;
  onSeq(seq: number): void;
  onLeave(): void;
}

/** Which moment is shown, and ways to others: a slider over the changes, and playing on from here. */
export function TimeBar({ seq, newest, onSeq, onLeave }: Props) {
  const { ledger } = usePicture();
  const replay = useReplay(seq);
  const [speed, setSpeed] = useState<number>(10);
  const [dragged, setDragged] = useState<number | null>(null);
  const shown = dragged ?? Math.max(seq, newestOf(ledger));
  const time = ledger.changes.get(shown)?.time;
  const settle = (): void => {
    if (dragged !== null) onSeq(dragged);
    setDragged(null);
  };
  return (
    <div className="time-bar" role="group" aria-label="Looking back">
      <strong>
        After change <span data-moment={shown}>#{shown}</span>
      </strong>
      <span className="quiet">{time ? dayAndTime(new Date(time)) : ''}</span>
      <input
        type="range"
        aria-label="Moment, by change"
        min={1}
        max={Math.max(newest, 1)}
        value={shown}
        disabled={replay.isPlaying}
        onChange={({ target }) => setDragged(Number(target.value))}
        onPointerUp={settle}
        onKeyUp={settle}
        onBlur={settle}
      />
      <label>
        speed{' '}
        <select value={speed} onChange={({ target }) => setSpeed(Number(target.value))} disabled={replay.isPlaying}>
          {SPEEDS.map((factor) => (
            <option key={factor} value={factor}>
              {factor}×
            </option>
          ))}
        </select>
      </label>
      {replay.isPlaying ? (
        <button type="button" onClick={replay.stop}>
          Stop
        </button>
      ) : (
        <button type="button" disabled={seq >= newest} onClick={() => replay.play(speed)}>
          Play
        </button>
      )}
      <button type="button" onClick={onLeave}>
        Back to now
      </button>
      {replay.why !== null && (
        <span className="bad" role="alert">
          {replay.why}
        </span>
      )}
    </div>
  );
}
