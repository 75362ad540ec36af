import type { Drift } from '@heddle/dataplane';
import { until } from '@heddle/testing';
import { mendDrift } from './mend-drift';
import { silent } from './testing/samples';

/** Looks that find these, one after the other, and nothing after that. */
async function looking(...found: (Drift | Error)[]): Promise<{ looks: number; mended: number; told: Drift[] }> {
  const seen = { looks: 0, mended: 0, told: [] as Drift[] };
  const stopping = new AbortController();
  const firewall = {
    inspect: async () => {
      seen.looks++;
      const next = found.shift();
      if (next instanceof Error) throw next;
      return next ?? null;
    },
  };
  const enforcer = { knowledgeChanged: () => void seen.mended++ };
  const wanted = found.length + 2;
  const mending = mendDrift(
    { firewall, enforcer, logger: silent, everyMs: 1, found: (each) => seen.told.push(each) },
    stopping.signal,
  );
  await until(() => seen.looks >= wanted);
  stopping.abort();
  await mending;
  return seen;
}

const drift: Drift = { elementsMissing: 1, elementsForeign: 0, rulesChanged: false };

it('mends what was changed, each time, says so, and does nothing otherwise', async () => {
  expect(await looking()).toMatchObject({ mended: 0, told: [] });
  expect(await looking(drift, drift)).toMatchObject({ mended: 2, told: [drift, drift] });
});

it('looks again after the kernel could not be read', async () =>
  expect((await looking(new Error('no kernel'), drift)).mended).toBe(1));
