import { ANSWER, REVERSED } from '../answer-marks';
import type { Chains } from './chains';

const BOTH = ANSWER | REVERSED;
const ALL = 0xffff_ffff;

/** The chain of what is allowed in: it keeps with the connection who opened it. */
const ALLOWED_CHAIN = 'heddle-allowed';

/** Leads there. */
export const ALLOW = `-g ${ALLOWED_CHAIN}`;

/** The chain of what a container sends: an answer gets the mark of the flow that it answers. */
const ANSWERING_CHAIN = 'heddle-answering';

/** Leads there. */
export const SEND = `-g ${ANSWERING_CHAIN}`;

/** Set in the mark of a packet that may leave the overlay. It never comes to another cell, and GBP knows no such bit. */
const OUTWARD = hex(0x200000);

/** For rules that match what may leave the overlay. */
export const HAS_PASSED = `-m mark --mark ${OUTWARD}/${OUTWARD}`;

/** Lets a packet leave it. */
export const LET_OUT = `-j MARK --set-xmark ${OUTWARD}/${OUTWARD}`;

/** Takes that back from a packet which somebody else has given the bit. */
export const NOT_YET_PASSED = `-j MARK --set-xmark 0x0/${OUTWARD}`;

/** For rules that match what answers a flow, whoever opened it. */
export const ANSWERS = `-m mark --mark ${hex(ANSWER)}/${hex(ANSWER)}`;

/** For rules that match what answers the flows of one app. */
export function answersTo(tag: number): string {
  return `-m mark --mark ${hex(ANSWER | tag)}`;
}

/** For rules that match what an app sends that is no answer. */
export function sentBy(tag: number): string {
  return `-m mark --mark ${hex(tag)}`;
}

/** A rule's target that gives a packet the tag of the app that sends it. */
export function tagWith(tag: number): string {
  return `-j MARK --set-xmark ${hex(tag)}/${hex(ALL)}`;
}

/**
 * The chains that write marks. The bits are written before the tag, and apart from it: once they are right, the mark changes
 * only with the tag, so that no answer meets a mark that is half written.
 */
export function markChains(): Chains {
  const tag = hex(ALL - BOTH);
  const all = hex(ALL);
  const answers = (direction: string, mark: number): string =>
    `-m conntrack --ctdir ${direction} -m connmark --mark ${hex(mark)}/${hex(BOTH)} -j CONNMARK --restore-mark --nfmask ${all}`;
  return new Map([
    [
      ANSWERING_CHAIN,
      [`${answers('REPLY', ANSWER)} --ctmask ${all}`, `${answers('ORIGINAL', BOTH)} --ctmask ${hex(ALL - REVERSED)}`],
    ],
    [
      ALLOWED_CHAIN,
      [
        `-m conntrack --ctdir ORIGINAL -j CONNMARK --set-xmark ${hex(ANSWER)}/${hex(BOTH)}`,
        `-m conntrack --ctdir REPLY -j CONNMARK --set-xmark ${hex(BOTH)}/${hex(BOTH)}`,
        `-j CONNMARK --save-mark --nfmask ${tag} --ctmask ${tag}`,
      ],
    ],
  ]);
}

function hex(mark: number): string {
  return `0x${mark.toString(16)}`;
}
