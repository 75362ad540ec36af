import cytoscape, { type Core, type EdgeSingular, type NodeSingular } from 'cytoscape';
import { shortApp } from '../text/words';
import type { AppEdge, AppGraph, AppNode } from './graph-of';
import { GRAPH_FONT, graphStyle, paletteOf } from './graph-style';
import { placeApps, type Point } from './place-apps';

/** How long a new arrow shines, and how long one that was taken away is still to be seen. */
const FRESH_MS = 2_600;
const GONE_MS = 1_600;

/** Two apps alone need not fill the panel. */
const LARGEST_FIT = 1.15;
const FIT_PADDING = 24;
/** Below this zoom names are hard to read, so choosing an app brings its neighbourhood near. */
const READABLE_ZOOM = 0.75;
/** The cells of an app stand this far below its middle. */
const HOME_BELOW = 10;

/** The drawing of a graph on one element. Between two calls of {@link show} only what differs is touched, and nothing jumps. */
export class GraphView {
  private readonly cy: Core;
  private places: ReadonlyMap<string, Point> = new Map();
  private graph: AppGraph | null = null;
  private focus = '';
  /** The viewer has chosen what part to see; then nothing moves it but the viewer. */
  private isViewChosen = false;
  private readonly leaving = new AbortController();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  /** `onApp` hears which app was chosen by a click; '' for a click on nothing. */
  constructor(
    private readonly element: HTMLElement,
    onApp: (app: string) => void,
  ) {
    this.cy = cytoscape({ container: element, minZoom: 0.12, maxZoom: 2.5, boxSelectionEnabled: false });
    this.cy.on('tap', 'node.app', ({ target }: { target: NodeSingular }) => onApp(appOf(target)));
    this.cy.on('tap', ({ target }) => target === this.cy && this.focus && onApp(''));
    this.cy.on('mouseover', 'node.app', ({ target }: { target: NodeSingular }) => this.light(appOf(target)));
    this.cy.on('mouseout', 'node.app', () => this.light(this.focus));
    this.cy.on('drag', 'node.app', ({ target }: { target: NodeSingular }) => this.moved(target));
    this.cy.on('dragpan scrollzoom pinchzoom', () => (this.isViewChosen = true));
    for (const query of ['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)', '(max-width: 60rem)'])
      window.matchMedia(query).addEventListener('change', () => this.restyle(), { signal: this.leaving.signal });
    const observer = new ResizeObserver(() => this.resized());
    observer.observe(element);
    this.leaving.signal.addEventListener('abort', () => observer.disconnect());
    this.restyle();
  }

  /** Draws a graph. Against the one drawn before, new arrows shine and those taken away fade. */
  show(graph: AppGraph, focus: string): void {
    const isFirst = this.graph === null;
    const hadApps = this.places.size;
    const hadFocus = this.focus;
    this.graph = graph;
    this.focus = focus;
    this.places = placeApps(
      graph.apps.map(({ app }) => app),
      graph.edges.map(({ source, destination }) => [source, destination] as const),
      this.places,
      this.aspect(),
    );
    this.cy.batch(() => {
      this.showApps(graph.apps);
      this.showEdges(graph.edges, isFirst);
    });
    this.light(focus);
    if (focus !== hadFocus) this.isViewChosen = false;
    if (!this.isViewChosen && (isFirst || focus !== hadFocus || this.places.size !== hadApps)) this.reframe(!isFirst);
  }

  /** Shows everything again, and lets the view follow the graph from now on. */
  fit(): void {
    this.isViewChosen = false;
    this.reframe(true);
  }

  /** Places all apps anew. */
  tidy(): void {
    if (!this.graph) return;
    this.places = new Map();
    this.show(this.graph, this.focus);
    this.fit();
  }

  /** Zooms in (more than 1) or out, around the middle. */
  zoomBy(factor: number): void {
    this.isViewChosen = true;
    const middle = { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: middle });
  }

  /** Takes the drawing off the element. */
  destroy(): void {
    this.leaving.abort();
    for (const timer of this.timers) clearTimeout(timer);
    this.cy.destroy();
  }

  private showApps(apps: readonly AppNode[]): void {
    const wanted = new Set(apps.flatMap(({ app }) => [`app:${app}`, `home:${app}`]));
    this.cy
      .nodes()
      .filter((node) => !wanted.has(node.id()))
      .remove();
    for (const { app, cells } of apps) {
      const place = this.places.get(app) as Point;
      const [label, home] = [shortApp(app), homeOf(cells)];
      const width = Math.max(this.widthOf(label, '600 13px'), this.widthOf(home, '10.5px'));
      this.put(`app:${app}`, 'app', place, { app, label, width });
      this.put(`home:${app}`, 'home', { x: place.x, y: place.y + HOME_BELOW }, { label: home });
    }
  }

  private put(id: string, kind: string, position: Point, data: Record<string, unknown>): void {
    const known = this.cy.getElementById(id);
    if (known.empty()) this.cy.add({ group: 'nodes', data: { id, ...data }, position: { ...position }, classes: kind });
    else known.data(data).position({ ...position });
  }

  private showEdges(edges: readonly AppEdge[], isFirst: boolean): void {
    const wanted = new Set(edges.map(({ id }) => `edge:${id}`));
    for (const edge of this.cy.edges().toArray()) if (!wanted.has(edge.id())) this.fade(edge);
    for (const { id, source, destination, label } of edges) {
      const known = this.cy.getElementById(`edge:${id}`);
      if (known.nonempty() && !known.hasClass('gone') && known.data('label') === label) continue;
      const ends = { source: `app:${source}`, target: `app:${destination}` };
      const edge = known.empty()
        ? this.cy.add({ group: 'edges', data: { id: `edge:${id}`, label, ...ends } })
        : known.removeClass('gone').data({ label });
      if (!isFirst) this.shine(edge as unknown as EdgeSingular);
    }
  }

  private shine(edge: EdgeSingular): void {
    edge.addClass('fresh');
    this.later(FRESH_MS, () => edge.removeClass('fresh'));
  }

  private fade(edge: EdgeSingular): void {
    if (edge.hasClass('gone')) return;
    edge.removeClass('fresh').addClass('gone');
    this.later(GONE_MS, () => edge.hasClass('gone') && edge.remove());
  }

  private later(ms: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      task();
    }, ms);
    this.timers.add(timer);
  }

  /** Brings out one app with its neighbours, or everything. */
  private light(app: string): void {
    const node = this.cy.getElementById(`app:${app}`);
    this.cy.batch(() => {
      this.cy.elements().removeClass('dim chosen');
      if (node.empty()) return;
      const near = node.closedNeighborhood();
      const homes = near.nodes().map((neighbour) => `home:${appOf(neighbour)}`);
      const lit = near.union(this.cy.collection(homes.map((id) => this.cy.getElementById(id)) as never));
      this.cy.elements().difference(lit).addClass('dim');
      if (app === this.focus) node.addClass('chosen');
    });
  }

  private moved(node: NodeSingular): void {
    const { x, y } = node.position();
    this.places = new Map(this.places).set(appOf(node), { x, y });
    this.cy.getElementById(`home:${appOf(node)}`).position({ x, y: y + HOME_BELOW });
  }

  private reframe(isSeen: boolean): void {
    const zoomBefore = { zoom: this.cy.zoom(), pan: { ...this.cy.pan() } };
    this.cy.fit(undefined, FIT_PADDING);
    const chosen = this.cy.getElementById(`app:${this.focus}`);
    if (chosen.nonempty() && this.cy.zoom() < READABLE_ZOOM) this.cy.fit(chosen.closedNeighborhood(), FIT_PADDING);
    if (this.cy.zoom() > LARGEST_FIT) this.cy.zoom(LARGEST_FIT).center(chosen.nonempty() ? chosen : undefined);
    if (!isSeen || prefersStill()) return;
    const target = { zoom: this.cy.zoom(), pan: { ...this.cy.pan() } };
    this.cy.viewport(zoomBefore).animate({ ...target, duration: 350, easing: 'ease-in-out-cubic' });
  }

  private resized(): void {
    this.cy.resize();
    if (!this.isViewChosen) this.reframe(false);
  }

  /** Takes up the theme; where the page itself scrolls, a finger on the drawing must scroll it too. */
  private restyle(): void {
    this.cy.style(graphStyle(paletteOf(this.element), prefersStill() ? 0 : 450));
    const isWide = !window.matchMedia('(max-width: 60rem)').matches;
    this.cy.userZoomingEnabled(isWide).userPanningEnabled(isWide);
  }

  /** Width of the panel divided by its height, within reason. */
  private aspect(): number {
    return Math.min(Math.max(this.cy.width() / Math.max(this.cy.height(), 1), 1), 2.2);
  }

  /** The width of an app's box that holds some text. */
  private widthOf(text: string, font: string): number {
    const pen = (this.pen ??= document.createElement('canvas').getContext('2d'));
    if (!pen) return 120;
    pen.font = `${font} ${GRAPH_FONT}`;
    return Math.max(Math.ceil(pen.measureText(text).width) + 22, 76);
  }

  private pen: CanvasRenderingContext2D | null = null;
}

function appOf(node: NodeSingular): string {
  return node.data('app') as string;
}

/** `cell-1, cell-2`, `cell-1, cell-2 +3`. */
function homeOf(cells: readonly string[]): string {
  if (cells.length === 0) return 'no containers';
  return cells.length <= 2 ? cells.join(', ') : `${cells.slice(0, 2).join(', ')} +${cells.length - 2}`;
}

function prefersStill(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
