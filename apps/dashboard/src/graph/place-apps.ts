/** A place on the drawing, in its own units; y grows downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Room that one app takes with its name and some air. */
export const BOX = { width: 168, height: 70 };

/** Lengths are measured in boxes, so they count this much less sideways. */
const FLATNESS = BOX.width / BOX.height;
const ROUNDS = 240;
/** The length that an arrow going down would like to have, among few apps and among many. */
const IDEAL = { few: 118, many: 80 };
/** Pull towards the middle, as a part of the distance from it. */
const GRAVITY = { few: 0.12, many: 0.4 };
/** This is many. */
const MANY_APPS = 60;
/** Apps further apart than this many ideal lengths leave each other alone, so that groups without a link stay close. */
const REACH = 1.6;
/** The angle between two seeds of a sunflower, in radians. */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Gives every app a place. Apps that have one keep it, so nothing jumps when something comes or goes; newcomers are drawn
 * to those they talk with and pushed off all others, as by springs. The same input always gives the same places.
 * `aspect` is the width of the panel divided by its height, which the drawing is to fill.
 */
export function placeApps(
  apps: readonly string[],
  pairs: readonly (readonly [string, string])[],
  placed: ReadonlyMap<string, Point>,
  aspect: number,
): Map<string, Point> {
  const crowd = crowdOf(apps.length, aspect);
  const bodies = apps.map((app, i) => bodyOf(app, i, placed.get(app), crowd));
  const byApp = new Map(bodies.map((body) => [body.app, body]));
  const springs = pairs.flatMap(([a, b]): Spring[] => {
    const [from, to] = [byApp.get(a), byApp.get(b)];
    return from && to && from !== to ? [[from, to]] : [];
  });
  const newcomers = bodies.filter(({ isFixed }) => !isFixed);
  if (newcomers.length < bodies.length) newcomers.forEach((body) => startNearNeighbours(body, springs));
  for (let round = 0; round < ROUNDS && newcomers.length > 0; round++)
    relax(bodies, springs, crowd, 1 - round / ROUNDS);
  separate(bodies);
  for (const body of newcomers) findRoom(body, bodies);
  return new Map(bodies.map(({ app, x, y }) => [app, { x: Math.round(x * FLATNESS), y: Math.round(y) }]));
}

/** An app on its way to its place. `x` is squeezed by {@link FLATNESS}, so that a box is a square here. */
interface Body {
  readonly app: string;
  readonly isFixed: boolean;
  x: number;
  y: number;
  dx: number;
  dy: number;
}

type Spring = readonly [Body, Body];

/** How closely so many apps stand together. */
interface Crowd {
  readonly ideal: number;
  readonly gravity: Point;
}

function crowdOf(apps: number, aspect: number): Crowd {
  const share = Math.min(apps / MANY_APPS, 1);
  const between = ({ few, many }: { few: number; many: number }): number => few + (many - few) * share;
  const squeeze = (FLATNESS / aspect) ** 2;
  return { ideal: between(IDEAL), gravity: { x: between(GRAVITY) * squeeze, y: between(GRAVITY) / squeeze } };
}

/**
 * Newcomers start on a spiral, like the seeds of a sunflower: evenly spread, and no two in line with a third. The second
 * lies straight to the left of the first, so that two apps alone stand side by side.
 */
function bodyOf(app: string, i: number, place: Point | undefined, { ideal }: Crowd): Body {
  const radius = 0.6 * ideal * Math.sqrt(i);
  const angle = Math.PI + (i - 1) * GOLDEN_ANGLE;
  const start = place
    ? { x: place.x / FLATNESS, y: place.y }
    : { x: Math.round(radius * Math.cos(angle)), y: Math.round(radius * Math.sin(angle)) };
  return { app, isFixed: place !== undefined, ...start, dx: 0, dy: 0 };
}

function startNearNeighbours(body: Body, springs: readonly Spring[]): void {
  const neighbours = springs.flatMap(([a, b]) => (a === body ? [b] : b === body ? [a] : [])).filter((n) => n.isFixed);
  if (neighbours.length === 0) return;
  body.x = body.x / 10 + mean(neighbours.map(({ x }) => x)) + BOX.height;
  body.y = body.y / 10 + mean(neighbours.map(({ y }) => y));
}

/** One step towards rest, after Fruchterman and Reingold; `heat` from 1 to 0 bounds how far anything moves. */
function relax(bodies: readonly Body[], springs: readonly Spring[], { ideal, gravity }: Crowd, heat: number): void {
  for (const body of bodies) {
    body.dx = -body.x * gravity.x;
    body.dy = -body.y * gravity.y;
  }
  for (let i = 0; i < bodies.length; i++) for (let j = 0; j < i; j++) push(bodies[i] as Body, bodies[j] as Body, ideal);
  for (const [a, b] of springs) pull(a, b, ideal);
  const limit = 2 + 60 * heat;
  for (const body of bodies) {
    if (body.isFixed) continue;
    const length = Math.hypot(body.dx, body.dy) || 1;
    const step = Math.min(length, limit) / length;
    body.x += body.dx * step;
    body.y += body.dy * step;
  }
}

function push(a: Body, b: Body, ideal: number): void {
  const [x, y] = [a.x - b.x, a.y - b.y];
  const squared = Math.max(x * x + y * y, 1);
  if (squared <= (REACH * ideal) ** 2) shift(a, b, x, y, (ideal * ideal) / squared);
}

function pull(a: Body, b: Body, ideal: number): void {
  const [x, y] = [a.x - b.x, a.y - b.y];
  shift(a, b, x, y, -Math.hypot(x, y) / ideal);
}

function shift(a: Body, b: Body, x: number, y: number, force: number): void {
  a.dx += x * force;
  a.dy += y * force;
  b.dx -= x * force;
  b.dy -= y * force;
}

/** Moves newcomers until no box covers another, each pair along the way that is shorter. */
function separate(bodies: readonly Body[]): void {
  for (let round = 0; round < ROUNDS; round++) {
    let areApart = true;
    for (let i = 0; i < bodies.length; i++)
      for (let j = 0; j < i; j++) if (part(bodies[i] as Body, bodies[j] as Body)) areApart = false;
    if (areApart) return;
  }
}

/** @returns whether the two overlapped and could be moved */
function part(a: Body, b: Body): boolean {
  if (a.isFixed && b.isFixed) return false;
  const [x, y] = [BOX.height - Math.abs(a.x - b.x), BOX.height - Math.abs(a.y - b.y)];
  if (x <= 0.5 || y <= 0.5) return false;
  const axis = x < y ? 'x' : 'y';
  const way = a[axis] < b[axis] ? -1 : 1;
  const by = (Math.min(x, y) * way) / (a.isFixed || b.isFixed ? 1 : 2);
  if (!a.isFixed) a[axis] += by;
  if (!b.isFixed) b[axis] -= by;
  return true;
}

/** Where fixed apps left no way out, a newcomer goes along a spiral to the first free place. */
function findRoom(body: Body, bodies: readonly Body[]): void {
  const { x, y } = body;
  const isCovered = (): boolean =>
    bodies.some((b) => b !== body && Math.max(Math.abs(b.x - body.x), Math.abs(b.y - body.y)) < BOX.height - 1);
  for (let step = 1; isCovered(); step++) {
    const radius = (BOX.height / 4) * Math.sqrt(step);
    body.x = x + radius * Math.cos(step * GOLDEN_ANGLE);
    body.y = y + radius * Math.sin(step * GOLDEN_ANGLE);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
