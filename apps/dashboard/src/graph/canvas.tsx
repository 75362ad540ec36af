import { useEffect, useRef, useState } from 'react';
import type { AppGraph } from './graph-of';
import type { GraphView } from './graph-view';

interface Props {
  readonly graph: AppGraph;
  /** The app to bring out, or ''. */
  readonly focus: string;
  onApp(app: string): void;
  /** Hears of the view, for buttons that move it; null when it is gone. */
  onView(view: GraphView | null): void;
}

/** The drawing. What it shows is told as text by the list below it. */
export function Canvas({ graph, focus, onApp, onView }: Props) {
  const container = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<GraphView | null>(null);

  useEffect(() => {
    let isWanted = true;
    let drawn: GraphView | null = null;
    // The library is as large as the rest of the page, so the lists do not wait for it.
    void import('./graph-view').then(({ GraphView }) => {
      if (!isWanted || !container.current) return;
      drawn = new GraphView(container.current, onApp);
      setView(drawn);
      onView(drawn);
    });
    return () => {
      isWanted = false;
      drawn?.destroy();
      setView(null);
      onView(null);
    };
  }, [onApp, onView]);

  useEffect(() => view?.show(graph, focus), [view, graph, focus]);

  return <div ref={container} className="graph-canvas" aria-hidden="true" />;
}
