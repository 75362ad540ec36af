import { BOX, placeApps, type Point } from './place-apps';

const named = (n: number): string[] => Array.from({ length: n }, (_, i) => `app-${i}`);
const ring = (apps: string[]): [string, string][] => apps.map((app, i) => [app, apps[(i + 7) % apps.length] as string]);
const nowhere: ReadonlyMap<string, Point> = new Map();

function overlaps(places: ReadonlyMap<string, Point>): number {
  const points = [...places.values()];
  const cover = (a: Point, b: Point): boolean =>
    Math.abs(a.x - b.x) < BOX.width - 4 && Math.abs(a.y - b.y) < BOX.height - 4;
  return points.flatMap((a, i) => points.slice(0, i).filter((b) => cover(a, b))).length;
}

describe('the places of apps', () => {
  it.each([2, 7, 60, 120])('do not overlap and are always the same (%i apps)', (n) => {
    const places = placeApps(named(n), ring(named(n)), nowhere, 1.7);
    expect(overlaps(places)).toBe(0);
    expect(placeApps(named(n), ring(named(n)), nowhere, 1.7)).toEqual(places);
  });

  it('stay when arrows and apps come and go', () => {
    const apps = named(20);
    const before = placeApps(apps, ring(apps), nowhere, 1.7);
    const fewer = placeApps(apps.slice(1), [], before, 1.7);
    for (const [app, place] of fewer) expect(place).toEqual(before.get(app));
    const more = placeApps([...apps, 'newcomer'], [...ring(apps), ['newcomer', 'app-3']], before, 1.7);
    for (const app of apps) expect(more.get(app)).toEqual(before.get(app));
    expect(overlaps(more)).toBe(0);
  });

  it('puts a newcomer nearer to its neighbour than most others are', () => {
    const apps = named(20);
    const places = placeApps(
      [...apps, 'newcomer'],
      [['newcomer', 'app-3']],
      placeApps(apps, ring(apps), nowhere, 1.7),
      1.7,
    );
    const distance = (app: string): number => {
      const [a, b] = [places.get(app) as Point, places.get('app-3') as Point];
      return Math.hypot((a.x - b.x) / 2, a.y - b.y);
    };
    const nearer = apps.filter((app) => app !== 'app-3' && distance(app) < distance('newcomer'));
    expect(nearer.length).toBeLessThan(10);
  });

  it('sets two apps alone side by side', () => {
    const places = placeApps(['homeowner', 'visitor'], [], nowhere, 1.7);
    expect(places.get('visitor')?.y).toBeCloseTo(places.get('homeowner')?.y as number);
    expect(places.get('visitor')?.x).toBeLessThan(places.get('homeowner')?.x as number);
  });
});
