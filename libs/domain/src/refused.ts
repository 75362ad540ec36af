/** Why a command was refused; stable, for callers to branch on. */
export type RefusalCode =
  | 'tags-exhausted'
  | 'tag-type-mismatch'
  | 'quota-exceeded'
  | 'no-lease-available'
  | 'lease-mismatch'
  | 'subnet-taken'
  | 'underlay-address-taken'
  | 'lease-outside-network'
  | 'lease-fenced'
  | 'incarnation-superseded'
  | 'implausible-groups'
  | 'nothing-to-acknowledge'
  | 'policy-moved'
  | 'guardrail-violated'
  | 'spaces-not-asked'
  | 'too-many-guardrails';

/** A command the domain refuses: the fault of the request, never of the program. Nothing has changed. */
export class Refused extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
    this.name = 'Refused';
  }
}

/** Refused because a guardrail forbids it. */
export class AgainstGuardrail extends Refused {
  constructor(
    /** Its name. */
    readonly guardrail: string,
    message: string,
  ) {
    super('guardrail-violated', message);
  }
}
