import { checkText } from './check-text';

it('says that nothing is wrong, and what was tried', () => {
  expect(checkText('cell-1', { peers: 2, probed: ['cell-2', 'cell-3'], findings: [] })).toBe(
    'cell-1 has 2 peers, and cell-2 and cell-3 were tried: nothing is wrong',
  );
  expect(checkText('cell-1', { peers: 1, probed: ['cell-2'], findings: [] })).toBe(
    'cell-1 has 1 peer, and cell-2 was tried: nothing is wrong',
  );
});

it('says what is wrong, a line each', () =>
  expect(
    checkText('cell-1', {
      ...{ peers: 1, probed: [] },
      findings: [
        { code: 'vtep-down', peer: null, message: 'silk-vtep is down' },
        { code: 'peer-silent', peer: 'cell-2', message: 'nothing comes back from cell-2' },
      ],
    }),
  ).toBe(
    'cell-1 has 1 peer, and none was tried\nvtep-down: silk-vtep is down\npeer-silent: nothing comes back from cell-2',
  ));
