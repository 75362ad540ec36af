import type { GraphView } from './graph-view';

/** Moves the view of the drawing. */
export function ViewButtons({ view }: { view: GraphView | null }) {
  return (
    <div className="view-buttons" role="group" aria-label="View of the graph">
      <button type="button" onClick={() => view?.zoomBy(1.3)} aria-label="Zoom in" title="Zoom in">
        +
      </button>
      <button type="button" onClick={() => view?.zoomBy(1 / 1.3)} aria-label="Zoom out" title="Zoom out">
        −
      </button>
      <button type="button" onClick={() => view?.fit()} title="Show everything">
        Fit
      </button>
      <button type="button" onClick={() => view?.tidy()} title="Place all apps anew">
        Tidy
      </button>
    </div>
  );
}
