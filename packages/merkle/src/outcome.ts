/**
 * Why something that came from outside is refused. `malformed`: it breaks its format. `unsigned`: nobody we know signed
 * it. `bad-signature`: somebody we know is named, but did not sign this. `wrong-origin`: it is about another log.
 * `too-few-witnesses`: the log signed, the witnesses did not. `proof-mismatch`: the hashes do not lead to the root.
 */
export const refusalCodes = ['malformed', 'unsigned', 'bad-signature', 'wrong-origin', 'too-few-witnesses', 'proof-mismatch'] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** The reason is a sentence for people; programs look at the code. */
export type Refused = { ok: false; code: RefusalCode; reason: string };
/** What reading untrusted input gives. Misuse by our own code throws a `RangeError` instead. */
export type Outcome<Value> = { ok: true; value: Value } | Refused;
export type Check = { ok: true } | Refused;

export function refused(code: RefusalCode, reason: string): Refused {
  return { ok: false, code, reason };
}

export function malformed(reason: string): Refused {
  return refused('malformed', reason);
}
