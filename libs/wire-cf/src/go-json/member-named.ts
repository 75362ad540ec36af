/**
 * Which of the known names a client meant: the one it wrote, else the one that differs in case alone. Two letters beside A–Z
 * fold into ASCII (ſ is an s, the Kelvin sign a k), as Go's `encoding/json` has it.
 */
export function memberNamed<Name extends string>(names: readonly Name[], sent: string): Name | undefined {
  for (const name of names) if (name === sent) return name;
  for (const name of names) if (name.length === sent.length && name === folded(sent)) return name;
  return undefined;
}

/** The names known here are all in lower case. */
function folded(name: string): string {
  return name.replace(/[A-Z\u017f\u212a]/g, (letter) => (letter === '\u017f' ? 's' : letter.toLowerCase()));
}
