import { CountersignClientError } from './errors.ts';
import type { Verdict } from './types.ts';

/** Somebody changed the output to other content, which HTTP does not carry. What was proposed must not be carried out in its place. */
export class ChangedContentError extends CountersignClientError {
  override name = 'ChangedContentError';
  /** All but the content, for those to whom the label is enough. */
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super('content-elsewhere', `The output of ${verdict.decisionId} of ${verdict.system} was changed, and HTTP carries no content: read modifiedOutput over Kafka. Do not act on what was proposed.`);
    this.verdict = verdict;
  }
}
