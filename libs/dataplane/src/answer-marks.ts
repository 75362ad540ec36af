/** Set in the mark of a packet that answers a flow: the rest of the mark is then the tag of the app that opened the flow. */
export const ANSWER = 0x80000;

/** Set in the mark of a connection beside {@link ANSWER}: it was allowed in the direction that the kernel takes for the reply. */
export const REVERSED = 0x100000;
