import { setImmediate as otherWork } from 'node:timers/promises';
import { Decoding } from './go-json/decoding';
import { memberNamed } from './go-json/member-named';
import { integer } from './go-json/shapes';
import { JsonSyntaxError } from './go-json/syntax-error';
import type { PayloadShape, PolicyAsSent } from './policy-shapes';
import { WireError } from './wire-error';

/** After so long other work of the process has its turn, in ms. */
const SLICE_MS = 10;
/** So many policies are read between two looks at the clock: some 50 µs. */
const POLICIES_PER_LOOK = 64;

/**
 * The policies a body holds, unchecked. A large one is read in slices, between which the process does other work.
 * @throws {WireError} 400 in the words of Cloud Foundry's policy server when it is no JSON, or of another shape.
 */
export async function readPayload<Sent>(body: Buffer, shape: PayloadShape<Sent>): Promise<PolicyAsSent[]> {
  const decoding = new Decoding(body);
  try {
    const policies = await readMembers(decoding, shape);
    decoding.json.end();
    if (decoding.mismatched === undefined) return policies;
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw unreadable(error.message);
    throw error;
  }
  throw unreadable(decoding.mismatched);
}

async function readMembers<Sent>(decoding: Decoding, shape: PayloadShape<Sent>): Promise<PolicyAsSent[]> {
  let policies: PolicyAsSent[] = [];
  if (!decoding.expects('object', shape.type)) return policies;
  const { json } = decoding;
  const goName = shape.type.slice(shape.type.indexOf('.') + 1);
  json.enter();
  for (let sent = json.nextName(true); sent !== undefined; sent = json.nextName(false)) {
    const name = memberNamed(['policies', 'total_policies'], sent);
    if (name === undefined) {
      json.skip();
      continue;
    }
    const outer = decoding.visit(goName, name);
    // The total is checked and not used, so that an answer of the list can be sent back as it came.
    if (name === 'total_policies') integer.read(decoding, 0);
    else policies = await readPolicies(decoding, shape);
    decoding.leave(outer);
  }
  return policies;
}

async function readPolicies<Sent>(decoding: Decoding, { policy, asSent }: PayloadShape<Sent>): Promise<PolicyAsSent[]> {
  const policies: PolicyAsSent[] = [];
  if (!decoding.expects('array', `[]${policy.type}`)) return policies;
  const { json } = decoding;
  let sliceBegan = performance.now();
  json.enter();
  for (let has = json.hasNext(true); has; has = json.hasNext(false)) {
    policies.push(asSent(policy.read(decoding, policy.zero())));
    if (policies.length % POLICIES_PER_LOOK !== 0 || performance.now() - sliceBegan < SLICE_MS) continue;
    await otherWork();
    sliceBegan = performance.now();
  }
  return policies;
}

function unreadable(message: string): WireError {
  return new WireError(400, `mapper: unmarshal json: ${message}`);
}
