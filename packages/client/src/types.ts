import type { Proposal } from './proposal.ts';

/** Which decision: the pair is the identity. */
export type DecisionRef = { system: string; decisionId: string };

/**
 * A decision that Countersign has taken in. `traceparent` is the span that proposed it (W3C Trace Context): the trace it runs under.
 * `contentDigest` names what was proposed, all but its date: keep it where another process asks for the verdict.
 */
export type Receipt = DecisionRef & { traceparent: string; contentDigest: string };

/** Which verdict, and for how long to wait (0: ask once, `Infinity`: for ever). The `contentDigest` of a receipt asks for the verdict on that content and no other. */
export type WantedVerdict = DecisionRef & { timeoutMs: number; traceparent?: string; contentDigest?: string };

/** The one final answer on a decision. Act on `approved`, act on the changed output on `modified`, do not act on `rejected`. */
export type Verdict = DecisionRef & {
  /** The same on every delivery: remember it to act once. */
  eventId: string;
  verdict: 'approved' | 'rejected' | 'modified';
  /** The label that counts; null on rejection where nobody gave another answer. */
  outputLabel: string | null;
  /** The changed output; null unless modified, and over HTTP, where the label is the whole of it or `verdict` throws. */
  modifiedOutput: { label: string; content: Uint8Array | null; mediaType: string | null } | null;
  resolvedBy: string;
  basis: string;
  /** A sentence for a person. */
  reason: string;
  resolvedAt: Date;
  /** Which content it is on: that of the receipt of whoever proposed it. Null where it was erased, and in verdicts of older releases. */
  contentDigest: string | null;
};

/** Which verdicts a group of readers is brought: all, unless `systems` are named. */
export type VerdictsWanted = {
  groupId: string;
  systems?: readonly string[];
  startAt?: 'earliest' | 'latest';
  /** How long one verdict may be in your hands before others of the group get it, and this reader throws; default 10 minutes. */
  handleMsMax?: number;
};

/** What both transports offer. */
export interface CountersignClient extends AsyncDisposable {
  /**
   * Resolves once the proposal is stored for good (Kafka acknowledged it). Idempotent: call it again after any
   * doubt, with the same id and content. Throws `RefusedError` where the refusal is known at once (HTTP), and
   * `CountersignClientError` with code `unavailable` when Countersign could not be reached in time.
   */
  propose(proposal: Proposal): Promise<Receipt>;
  /**
   * Waits for the verdict on the content that the `contentDigest` names, or else on what this client proposed last under
   * that id. Throws `VerdictTimeoutError` after `timeoutMs`, and `RefusedError` when that content was refused, or the id was
   * accepted with other content. Over HTTP it throws `ChangedContentError` where somebody changed content that a label does not say. Never resolves without a verdict. The `traceparent` of the receipt makes waiting over
   * HTTP part of the decision's trace, where the caller is in no trace of its own.
   */
  verdict(wanted: WantedVerdict): Promise<Verdict>;
}

/** Kafka besides brings every verdict of a group of readers. */
export interface CountersignKafkaClient extends CountersignClient {
  /**
   * Every verdict, once by `eventId` in this process. A verdict counts as handled when the next one is asked for;
   * after a crash the ones that were not are delivered again, so act once per `eventId`. Readers with one `groupId`
   * share the work. Throws `CountersignClientError` with code `unavailable` when Kafka cannot be read, or a verdict was in
   * hand for too long: iterate again then, it goes on behind what was handled.
   */
  verdicts(wanted: VerdictsWanted): AsyncIterableIterator<Verdict>;
}
