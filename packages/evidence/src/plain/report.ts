/** What can be found. The first part is about bytes that are not what was signed; `rule-` about bytes that are, and say that a rule was broken. */
export const findings = {
  'bundle-damaged': 'The bundle is cut off or breaks its format.',
  'checkpoint-unsigned': 'A checkpoint is not signed by the log.',
  'checkpoints-inconsistent': 'A checkpoint does not begin the next one: the log signed two histories.',
  'log-forked': 'The log has another history than a checkpoint that was kept elsewhere.',
  'log-rolled-back': 'The log is older than a checkpoint that was kept elsewhere.',
  'history-rewritten': 'Records and hashes were changed together: the tree is not the one that was signed.',
  'tail-truncated': 'Records at the end of the log are gone.',
  'partition-missing': 'All records of a day are gone.',
  'row-missing': 'A record is gone.',
  'row-inserted': 'There is a record that the log never had.',
  'row-changed': 'A record is not what the log committed to.',
  'rows-swapped': 'Records stand in the places of others.',
  'backdated': 'An instant of a record was changed, or is not possible where it stands.',
  'content-changed': 'A payload is not what its record committed to.',
  'content-missing': 'A payload is gone.',
  'presentation-changed': 'What a reviewer was shown is not what is on record.',
  'rule-event-repeated': 'Two records have one event id.',
  'rule-offset-order': 'A record stands twice, or before one that came earlier on its partition of Kafka.',
  'rule-row-differs': 'A row says something else of its event than the event itself.',
  'rule-payload-unreadable': 'A payload is not an event of its kind.',
  'rule-accepted-twice': 'A decision was accepted twice.',
  'rule-verdict-twice': 'A decision has more than one verdict.',
  'rule-verdict-giver': 'A verdict was given by whom it was not to be given by.',
  'rule-verdict-unfounded': 'A verdict does not follow from what is on record.',
  'rule-signatures': 'A verdict lacks signatures, or names people who did not sign.',
  'rule-two-hats': 'One person judged a decision twice.',
  'rule-judgement-unclaimed': 'A judgement was given without a live claim.',
  'rule-judgement-unpresented': 'A judgement rests on something that was not shown to its author, or not kept.',
  'rule-first-answer': 'A judgement lacks the answer that its author had to give before seeing the rest.',
  'rule-judgement-unsubmitted': 'A judgement became final that nobody gave, or that was taken back, or too early.',
  'rule-reasoning': 'A judgement has no reasoning.',
  'rule-unqualified': 'A reviewer was not entered, or not qualified, when they claimed.',
  'rule-policy': 'A policy version was used that was not proposed, approved by somebody else and activated before.',
  'rule-draw': 'A draw is not what the key gives.',
  'rule-sampling-key': 'A sampling key is not the one that was committed to in time.',
  'rule-erasure': 'Something was erased, or its retention ended, without the approval of a second person.',
} as const;
export type FindingName = keyof typeof findings;

/** The evidence breaks its format; the message says how. */
export class Damaged extends Error {}

/** Collects what was checked, what was found, and what could not be checked. */
export class PlainReport {
  readonly found: Array<{ code: FindingName; index: number | null; expected: string; found: string; place: string }> = [];
  readonly checked = new Map<string, number>();
  /** What could not be checked, and what is as it should be and worth knowing: how often, by what it is about and why. */
  readonly unchecked = new Map<string, number>();
  readonly notes = new Map<string, number>();

  /** `index`: of the record that it is about, null where it is about none. */
  find(code: FindingName, index: number | null, expected: string, found: string): void {
    this.found.push({ code, index, expected, found, place: '' });
  }

  check(what: string, times = 1): void {
    if (times > 0) this.checked.set(what, (this.checked.get(what) ?? 0) + times);
  }

  skip(what: string, why: string, times = 1): void {
    this.unchecked.set(`${what}: ${why}`, (this.unchecked.get(`${what}: ${why}`) ?? 0) + times);
  }

  note(what: string, why: string, times = 1): void {
    this.notes.set(`${what}: ${why}`, (this.notes.get(`${what}: ${why}`) ?? 0) + times);
  }

  get verdict(): 'verified' | 'incomplete' | 'findings' {
    return this.found.length > 0 ? 'findings' : this.unchecked.size > 0 ? 'incomplete' : 'verified';
  }

  /** For people. What comes from a bundle must not write on their terminal: control characters are replaced. */
  toString(): string {
    const list = (lines: ReadonlyMap<string, number>) => [...lines].map(([what, times]) => `  ${times} × ${what}`);
    const counts = new Map<string, number>();
    for (const { code } of this.found) counts.set(`${code}: ${findings[code]}`, (counts.get(`${code}: ${findings[code]}`) ?? 0) + 1);
    const each = this.found.slice(0, 1000).map(({ code, place, expected, found }) => `  ${code}${place === '' ? '' : ` at ${place}`}\n    expected ${expected}\n    found    ${found}`);
    const headings = {
      verified: 'VERIFIED. Everything was checked, and nothing was found.', incomplete: 'INCOMPLETE. Nothing was found, and not everything could be checked.',
      findings: `FINDINGS: ${this.found.length}. This is not what was signed, or rules were broken.`,
    };
    const parts: Array<[title: string, lines: string[]]> = [['Checked', list(this.checked)], ['Found', [...list(counts), ...each]], ['Not checked', list(this.unchecked)], ['To know', list(this.notes)]];
    const text = [headings[this.verdict], ...parts.flatMap(([title, lines]) => (lines.length === 0 ? [] : ['', title, ...lines]))].join('\n');
    return `${text.replace(/[^\P{Cc}\n]|\p{Cf}/gu, '\ufffd')}\n`;
  }
}
