import { useEffect, useRef, useState } from 'react';
import type { Change } from '../api/schemas';
import { changeInWords } from '../text/words';

/** At most one change in this time is read out; of several the newest. */
const PAUSE_MS = 4_000;

/** Reads changes out to those who listen to the page instead of seeing it. */
export function Announcer({ newest }: { newest: Change | null }) {
  const [said, say] = useState('');
  const heard = useRef<number | null>(null);
  const latest = useRef(newest);
  latest.current = newest;
  useEffect(() => {
    const timer = setInterval(() => {
      const change = latest.current;
      if (!change || change.seq === heard.current) return;
      // The first one stood there already when the page was opened.
      if (heard.current !== null) say(changeInWords(change));
      heard.current = change.seq;
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="visually-hidden" aria-live="polite">
      {said}
    </p>
  );
}
