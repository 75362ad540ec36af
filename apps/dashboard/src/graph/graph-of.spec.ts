import { allow, cell } from '../picture/samples';
import { graphOf, MOST_APPS } from './graph-of';

const container = (app: string, index = 0) => ({
  handle: `${app}-${index}`,
  app,
  index,
  address: '10.255.1.2',
  space: null,
  org: null,
});

describe('the graph', () => {
  it('knows apps from policies and from containers, and where they run', () => {
    const cells = [
      cell('cell-2', 0, { containers: [container('homeowner'), container('homeowner', 1)] }),
      cell('cell-1', 0, { containers: [container('homeowner', 2)] }),
    ];
    expect(graphOf([allow('visitor', 'other')], cells, '').apps).toEqual([
      { app: 'homeowner', cells: ['cell-1', 'cell-2'] },
      { app: 'other', cells: [] },
      { app: 'visitor', cells: [] },
    ]);
  });

  it('draws one arrow for everything allowed from one app to another', () => {
    const udp = { ...allow('a', 'b', 53), protocol: 'udp' } as const;
    const { edges } = graphOf([udp, allow('a', 'b', 9000), allow('a', 'b', 80), allow('b', 'a')], [], '');
    expect(edges.map(({ label }) => label)).toEqual(['tcp 80, 9000, udp 53', 'tcp 8080']);
  });

  it('cuts a long label', () => {
    const { edges } = graphOf(
      [1, 2, 3, 4, 5].map((port) => allow('a', 'b', port)),
      [],
      '',
    );
    expect(edges[0]).toMatchObject({ label: 'tcp 1, 2, 3 +2', policies: { length: 5 } });
  });

  it('keeps apps apart whose names run into each other', () => {
    expect(graphOf([allow('a', 'b>c'), allow('a>b', 'c')], [], '').edges).toHaveLength(2);
  });

  it('draws the neighbourhood of one app when there are too many', () => {
    const policies = Array.from({ length: MOST_APPS }, (_, i) => allow(`app-${i}`, `app-${i + 1}`));
    const graph = graphOf(policies, [], 'app-7');
    expect(graph.apps.map(({ app }) => app)).toEqual(['app-6', 'app-7', 'app-8']);
    expect([graph.edges.length, graph.appsInAll]).toEqual([2, MOST_APPS + 1]);
    expect(graphOf(policies, [], '').apps).toHaveLength(MOST_APPS);
  });
});
