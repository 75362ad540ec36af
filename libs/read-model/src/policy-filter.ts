import type { TagOfApp } from '@heddle/domain';

/** Which policies are wanted. A list that is left out filters nothing; an empty one matches nothing. */
export interface PolicyFilter {
  /** Source or destination is one of these apps. */
  readonly either?: readonly string[];
  /** The source is one of these apps. */
  readonly sources?: readonly string[];
  /** The destination is one of these apps. */
  readonly destinations?: readonly string[];
}

/** A tag in use, and what holds it. */
export interface TypedTag extends TagOfApp {
  /** `app`, `router`, or another word. */
  readonly type: string;
}
