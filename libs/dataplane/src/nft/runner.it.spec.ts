import { atOnce } from '@heddle/domain';
import { describeAsRoot, NetworkNamespace, tableOptions as options } from '@heddle/testing';
import { KernelRefused } from '../kernel-refused';
import { renderDelta } from './delta';
import { differenceOf } from './element-change';
import { NO_ELEMENTS, type NftElements } from './elements';
import { LibnftablesRunner } from './libnftables-runner';
import { parseTable } from './parse-table';
import { reachName } from './reach-chain';
import type { NftRunner } from './runner';
import { SpawnedNftRunner } from './spawned-runner';
import { renderRemoval, renderTable } from './table';

/** At least one element of every kind, with the values at both ends. */
const texts = [
  'ip daddr . meta l4proto . th dport { 0.0.0.0-255.255.255.255 . tcp . 1-65535, 10.0.0.1-10.0.0.1 . udp . 53-53 } goto passed\n',
  'ip daddr { 10.0.0.0-10.255.255.255 } goto refused\n' +
    'ip daddr . icmp type . icmp code { 10.0.0.1-10.0.0.3 . 8-8 . 0-255, 10.0.0.4-10.0.0.4 . 0-255 . 0-255 } goto logged\n' +
    'ip daddr { 0.0.0.0-9.255.255.255, 11.0.0.0-255.255.255.255 } goto passed\n',
] as const;
const everything: NftElements = {
  senders: new Set(['"s-010255001002" . 10.255.1.2', '"s-010255001003" . 10.255.1.3']),
  src_tag: new Set(['"s-010255001002" . 10.255.1.2 : 1', '"s-010255001003" . 10.255.1.3 : 65535']),
  answers: new Set(['10.255.1.2 . 524289', '10.255.1.3 . 589823']),
  peers: new Set(['192.0.2.2', '192.0.2.3']),
  allow: new Set(['10.255.1.2 . 1 . tcp . 1', '10.255.1.2 . 65535 . udp . 53', '10.255.1.2 . 65535 . tcp . 65535']),
  allow_range: new Set(['10.255.1.2 . 1-1 . tcp . 1-65535', '10.255.1.2 . 65535-65535 . udp . 1000-2000']),
  common_reach: new Set([`"s-010255001002" . 10.255.1.2 : jump ${reachName(texts[0])}`]),
  own_reach: new Set([`"s-010255001002" . 10.255.1.2 : jump ${reachName(texts[1])}`]),
  masked: new Set(['10.255.1.2', '10.255.1.3']),
  published: new Set(['192.0.2.1 . tcp . 61000 : 10.255.1.2 . 8080', '192.0.2.1 . udp . 61000 : 10.255.1.3 . 53']),
  targets: new Set(['10.255.1.2 . tcp . 8080', '10.255.1.3 . udp . 53']),
  reaches: new Set(texts),
};

const deltaOf = (from: NftElements, to: NftElements) => atOnce(renderDelta(atOnce(differenceOf(from, to)))).text;

const runners: readonly [NftRunner['kind'], () => Promise<NftRunner>][] = [
  ['libnftables', () => LibnftablesRunner.open()],
  ['nft', () => SpawnedNftRunner.open()],
];

describeAsRoot('an nft runner', () => {
  describe.each(runners)('%s', (kind, open) => {
    let namespace: NetworkNamespace;

    beforeEach(() => {
      namespace = NetworkNamespace.create(`heddle-dp-${kind}`);
    });
    afterEach(() => namespace.delete());

    /** A runner of its own for each test, opened and closed inside the namespace. */
    const withRunner = (task: (runner: NftRunner) => Promise<void>) => () =>
      namespace.within(async () => {
        const runner = await open();
        try {
          await task(runner);
        } finally {
          await runner.close();
        }
      });

    const heldBy = async (runner: NftRunner) => parseTable((await runner.listTable()) ?? '', options).elements;

    it(
      'says which one it is',
      withRunner(async (runner) => {
        expect(runner.kind).toBe(kind);
      }),
    );

    it(
      'lists nothing where there is no table',
      withRunner(async (runner) => {
        await expect(runner.listTable()).resolves.toBeNull();
      }),
    );

    it(
      'reads back exactly what was programmed',
      withRunner(async (runner) => {
        await runner.run(renderTable(options));
        await expect(heldBy(runner)).resolves.toEqual(NO_ELEMENTS);
        await runner.run(deltaOf(NO_ELEMENTS, everything));
        await expect(heldBy(runner)).resolves.toEqual(everything);
      }),
    );

    it(
      'removes each element it added, and only those',
      withRunner(async (runner) => {
        const half: NftElements = {
          senders: new Set(['"s-010255001002" . 10.255.1.2']),
          src_tag: new Set(['"s-010255001002" . 10.255.1.2 : 1']),
          answers: new Set(['10.255.1.2 . 524289']),
          peers: new Set(['192.0.2.3']),
          allow: new Set(['10.255.1.2 . 65535 . udp . 53']),
          allow_range: new Set(['10.255.1.2 . 65535-65535 . udp . 1000-2000']),
          common_reach: new Set(),
          own_reach: new Set(everything.own_reach),
          masked: new Set(['10.255.1.3']),
          published: new Set(['192.0.2.1 . udp . 61000 : 10.255.1.3 . 53']),
          targets: new Set(['10.255.1.3 . udp . 53']),
          reaches: new Set([texts[1]]),
        };
        await runner.run(renderTable(options) + deltaOf(NO_ELEMENTS, everything));
        await runner.run(deltaOf(everything, half));
        await expect(heldBy(runner)).resolves.toEqual(half);
        await runner.run(deltaOf(half, NO_ELEMENTS));
        await expect(heldBy(runner)).resolves.toEqual(NO_ELEMENTS);
      }),
    );

    it(
      'replaces a tag, and a range by one that overlaps it, in one transaction',
      withRunner(async (runner) => {
        const before = { ...NO_ELEMENTS, src_tag: new Set(['"s-010255001002" . 10.255.1.2 : 1']) };
        const after = { ...NO_ELEMENTS, src_tag: new Set(['"s-010255001002" . 10.255.1.2 : 2']) };
        const narrow = { ...before, allow_range: new Set(['10.255.1.2 . 1-1 . tcp . 1000-2000']) };
        const wide = { ...after, allow_range: new Set(['10.255.1.2 . 1-1 . tcp . 900-2500']) };
        await runner.run(renderTable(options) + deltaOf(NO_ELEMENTS, narrow));
        await runner.run(deltaOf(narrow, wide));
        await expect(heldBy(runner)).resolves.toEqual(wide);
        await runner.run(deltaOf(wide, narrow));
        await expect(heldBy(runner)).resolves.toEqual(narrow);
      }),
    );

    it(
      'takes all of a transaction or nothing, and passes on the words of the refusal',
      withRunner(async (runner) => {
        await runner.run(renderTable(options));
        const refused = runner.run(
          'add element ip heddle peers { 192.0.2.9 }\ndelete element ip heddle peers { 192.0.2.10 }\n',
        );
        await expect(refused).rejects.toBeInstanceOf(KernelRefused);
        await expect(refused).rejects.toThrow(/No such file or directory/);
        await expect(heldBy(runner)).resolves.toEqual(NO_ELEMENTS);
        await runner.run('add element ip heddle peers { 192.0.2.9 }\n');
        await expect(heldBy(runner)).resolves.toMatchObject({ peers: new Set(['192.0.2.9']) });
      }),
    );

    it(
      'refuses what cannot be read, with the words of the parser',
      withRunner(async (runner) => {
        await expect(runner.run('weave ip heddle\n')).rejects.toThrow(/syntax error/);
      }),
    );

    it(
      'takes a text too long for one call on this thread, and calls that come at the same time',
      withRunner(async (runner) => {
        await runner.run(renderTable(options));
        const sets = [1, 2].map((third) => ({
          ...NO_ELEMENTS,
          allow: new Set(Array.from({ length: 3000 }, (_, port) => `10.255.${third}.2 . 7 . tcp . ${port + 1}`)),
        }));
        const texts = sets.map((elements) => deltaOf(NO_ELEMENTS, elements));
        expect(texts.map((text) => text.length)).toEqual([expect.any(Number), expect.any(Number)]);
        expect(Math.min(...texts.map((text) => text.length))).toBeGreaterThan(64 * 1024);
        await Promise.all([...texts.map((text) => runner.run(text)), runner.listTable(), runner.listTable()]);
        expect((await heldBy(runner))?.allow).toEqual(new Set(sets.flatMap(({ allow }) => [...allow])));
      }),
    );

    it(
      'leaves the tables of others alone when it removes its own',
      withRunner(async (runner) => {
        namespace.run('nft', 'add table ip other; add set ip other kept { type mark; elements = { 7 }; }');
        const foreign = namespace.run('nft', 'list', 'ruleset');
        await runner.run(renderTable(options));
        await runner.run(renderRemoval());
        await expect(runner.listTable()).resolves.toBeNull();
        await runner.run(renderRemoval());
        expect(namespace.run('nft', 'list', 'ruleset')).toBe(foreign);
      }),
    );
  });
});
