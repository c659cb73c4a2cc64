/**
 * What the verifier can find. The first part is about the log: its bytes are not what was signed. Codes that begin with `rule-` are about what
 * people and services did: the bytes are what was signed, and say that a rule was broken.
 */
export const findingCodes = {
  'bundle-damaged': 'The bundle is cut off or breaks its format.',
  'checkpoint-unsigned': 'A checkpoint is not signed by the log.',
  'checkpoints-inconsistent': 'A checkpoint is not how a later one begins: the log signed two histories.',
  'log-forked': 'The log has another history than a checkpoint that was kept elsewhere.',
  'log-rolled-back': 'The log is older than a checkpoint that was kept elsewhere.',
  'history-rewritten': 'Records and their hashes were changed together: the tree is not the one that was signed.',
  'tail-truncated': 'Records at the end of the log are gone.',
  'partition-missing': 'All records of a time are gone.',
  'row-missing': 'A record is gone.',
  'row-inserted': 'There is a record that the log never had.',
  'row-changed': 'A record is not what the log committed to.',
  'rows-swapped': 'Records stand in the places of others.',
  'backdated': 'An instant of a record was changed, or is not possible where it stands.',
  'content-changed': 'A payload is not what its record committed to.',
  'content-missing': 'A payload is gone.',
  'presentation-changed': 'What a reviewer was shown is not what is on record.',
  'index-changed': 'The table that gives records their places is not what the tiles have.',
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
export type FindingCode = keyof typeof findingCodes;

/** Where something is: whatever is known of index, event and decision. */
export type Place = { index?: number | undefined; eventId?: string | null; system?: string | null; decisionId?: string | null; record?: string };
export type Finding = Place & { code: FindingCode; expected: string; found: string };
/** Something that could not be checked, and why; `count` times. */
export type Gap = { what: string; why: string; count: number };
export type Report = {
  /** `incomplete`: nothing was found, and not everything could be checked. */
  verdict: 'verified' | 'incomplete' | 'findings';
  origin: string;
  kind: 'range' | 'selection' | 'database';
  first: number;
  last: number;
  /** Leaves of the newest checkpoint that the log signed; null where there is none. */
  checkpointSize: number | null;
  /** What was checked, and how often. */
  checked: Readonly<Record<string, number>>;
  findings: readonly Finding[];
  /** All of them, by code: `findings` lists the first `findingsMax`. */
  counts: Readonly<Partial<Record<FindingCode, number>>>;
  unchecked: readonly Gap[];
  /** What an auditor should know, and nothing is wrong with. */
  notes: readonly Gap[];
};

/** Listing more of them tells nobody anything new; all are counted. */
export const findingsMax = 1000;

/** Collects what a verification finds, in bounded memory. What it has is data alone: it passes from one thread to another. */
export class Collector {
  readonly findings: Finding[] = [];
  readonly counts: Partial<Record<FindingCode, number>> = {};
  readonly checked: Record<string, number> = {};
  readonly gaps = new Map<string, Gap & { note: boolean }>();

  /** `index`: of the record that it is about, if it is about one. */
  find(code: FindingCode, index: number | null, expected: string, found: string, place: Place = {}): void {
    this.#count(code, 1);
    this.#list({ code, ...(index === null ? {} : { index }), ...place, expected: expected.slice(0, 2000), found: found.slice(0, 2000) });
  }

  check(what: string, times = 1): void {
    if (times > 0) this.checked[what] = (this.checked[what] ?? 0) + times;
  }

  /** Something that belongs to a whole verification, and was not possible. */
  skip(what: string, why: string, count = 1): void {
    this.#gap({ what, why, count, note: false });
  }

  /** Something that is as it should be, and worth knowing. */
  note(what: string, why: string, count = 1): void {
    this.#gap({ what, why, count, note: true });
  }

  /** Takes in what another one collected. */
  add({ findings, counts, checked, gaps }: Pick<Collector, 'findings' | 'counts' | 'checked' | 'gaps'>): void {
    for (const [code, count] of Object.entries(counts)) this.#count(code as FindingCode, count);
    for (const finding of findings) this.#list(finding);
    for (const [what, times] of Object.entries(checked)) this.check(what, times);
    for (const gap of gaps.values()) this.#gap(gap);
  }

  #count(code: FindingCode, count: number): void {
    this.counts[code] = (this.counts[code] ?? 0) + count;
  }

  /** Of each kind some are kept, however many there are of another. */
  #list(finding: Finding): void {
    if (this.findings.length < findingsMax || (this.counts[finding.code] ?? 0) <= 10) this.findings.push(finding);
  }

  #gap(gap: Gap & { note: boolean }): void {
    const known = this.gaps.get(`${gap.what}\n${gap.why}`);
    if (known !== undefined) known.count += gap.count;
    else if (this.gaps.size < findingsMax) this.gaps.set(`${gap.what}\n${gap.why}`, { ...gap });
  }
}

/** The report for people. */
export function reportText(report: Report): string {
  const { verdict, origin, kind, first, last, checkpointSize, checked, findings, counts, unchecked, notes } = report;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const gapLines = (gaps: readonly Gap[]) => gaps.map(({ what, why, count }) => `  ${count} × ${what}: ${why}\n`);
  const heading = {
    verified: 'VERIFIED. Everything was checked, and nothing was found.', incomplete: 'INCOMPLETE. Nothing was found, and not everything could be checked.', findings: `FINDINGS: ${total}. This is not what was signed, or rules were broken.`,
  }[verdict];
  return [
    `${heading}\n\nLog ${origin}, ${kind === 'selection' ? 'selected records' : 'all records'} from index ${first} to ${last}; newest checkpoint: ${checkpointSize === null ? 'none' : `${checkpointSize} records`}.\n`,
    '\nChecked\n', ...Object.entries(checked).map(([what, count]) => `  ${String(count).padStart(10)} ${what}\n`),
    ...(total === 0 ? [] : ['\nFound\n', ...Object.entries(counts).map(([code, count]) => `  ${count} × ${code}: ${findingCodes[code as FindingCode]}\n`), '\n', ...findings.map(findingText)]),
    ...(total > findings.length ? [`  and ${total - findings.length} more\n`] : []),
    ...(unchecked.length === 0 ? [] : ['\nNot checked\n', ...gapLines(unchecked)]), ...(notes.length === 0 ? [] : ['\nTo know\n', ...gapLines(notes)]),
  ].join('');
}

function findingText({ code, index, eventId, record, system, decisionId, expected, found }: Finding): string {
  const where = [index === undefined ? '' : `index ${index}`, record ?? '', eventId == null ? '' : `event ${eventId}`, decisionId == null ? '' : `decision ${system ?? ''}/${decisionId}`].filter((part) => part !== '').join(', ');
  return `  ${code}${where === '' ? '' : ` at ${printable(where)}`}\n    expected ${printable(expected)}\n    found    ${printable(found)}\n`;
}

/** What comes from a bundle must not write on the auditor's terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd');
}
