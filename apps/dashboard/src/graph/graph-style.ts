import type { StylesheetJson } from 'cytoscape';

/** The font of the drawing, as a canvas wants it. */
export const GRAPH_FONT = 'ui-sans-serif, system-ui, sans-serif';

/** Colours of the drawing, taken from the style sheet of the page so that both follow the theme. */
export interface Palette {
  readonly panel: string;
  readonly raised: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly edge: string;
  readonly accent: string;
  readonly good: string;
  readonly bad: string;
}

/** Reads the custom properties that the style sheet gives to an element. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    panel: colour('panel'),
    raised: colour('raised'),
    text: colour('text'),
    quiet: colour('quiet'),
    line: colour('line-strong'),
    edge: colour('edge'),
    accent: colour('accent'),
    good: colour('good'),
    bad: colour('bad'),
  };
}

/** How apps (`node.app`), their cells (`node.home`) and arrows look. `transitionMs` is 0 for who wants no motion. */
export function graphStyle(palette: Palette, transitionMs: number): StylesheetJson {
  return [
    {
      selector: 'node.app',
      style: {
        shape: 'round-rectangle',
        width: 'data(width)',
        height: 42,
        'background-color': palette.raised,
        'border-width': 1.25,
        'border-color': palette.line,
        label: 'data(label)',
        color: palette.text,
        'font-family': GRAPH_FONT,
        'font-size': 13,
        'font-weight': 600,
        'text-valign': 'center',
        'text-margin-y': -7,
        'min-zoomed-font-size': 5,
      },
    },
    {
      selector: 'node.home',
      style: {
        width: 1,
        height: 1,
        'background-opacity': 0,
        label: 'data(label)',
        color: palette.quiet,
        'font-family': GRAPH_FONT,
        'font-size': 10.5,
        'text-valign': 'center',
        'min-zoomed-font-size': 5,
        events: 'no',
      },
    },
    {
      selector: 'edge',
      style: {
        width: 1.5,
        'line-color': palette.edge,
        'curve-style': 'bezier',
        'target-arrow-shape': 'triangle',
        'target-arrow-color': palette.edge,
        'arrow-scale': 0.95,
        label: 'data(label)',
        color: palette.quiet,
        'font-family': GRAPH_FONT,
        'font-size': 11,
        'text-background-color': palette.panel,
        'text-background-opacity': 0.9,
        'text-background-padding': '3px',
        'text-background-shape': 'roundrectangle',
        'min-zoomed-font-size': 5,
        'transition-property': 'line-color, target-arrow-color, width, opacity, color',
        'transition-duration': transitionMs,
      },
    },
    // Smaller, and the loop of an app that may talk to itself would lie inside its box.
    {
      selector: 'edge:loop',
      style: { 'control-point-step-size': 96, 'loop-direction': '0deg', 'loop-sweep': '-60deg' },
    },
    {
      selector: 'edge.fresh',
      style: {
        width: 4,
        'line-color': palette.good,
        'target-arrow-color': palette.good,
        color: palette.good,
        'z-index': 10,
      },
    },
    {
      selector: 'edge.gone',
      style: {
        'line-color': palette.bad,
        'target-arrow-color': palette.bad,
        'line-style': 'dashed',
        color: palette.bad,
      },
    },
    { selector: 'node.app.chosen', style: { 'border-color': palette.accent, 'border-width': 2.5 } },
    { selector: '.dim', style: { opacity: 0.22 } },
  ];
}
