import type { Case } from '../../cases/read.ts';
import { readCase } from '../../cases/read.ts';
import { readShown } from '../../cases/contents.ts';
import type { CaseJudgement } from '../../cases/judgements.ts';
import type { CasePresentation } from '../../cases/presentations.ts';
import { closed, type Opener } from '../../records.ts';
import type { BoundedFile } from '../bounded-file.ts';
import type { ExportJob } from '../job.ts';
import type { MakeDeps } from '../make-deps.ts';
import { writeContent } from './content.ts';
import { readProof, writeProof, type CaseProof } from './proof.ts';
import { Sheet } from './sheet.ts';

const sealedNote = 'Sealed: this file was asked for without content.';
const erasedNote = 'Erased: the key to it was destroyed. That it was there, and when, is still on the log.';

/** A decision from proposal to outcome, to print and to read aloud; answers how many events it tells of. */
export async function writeCaseFile({ pool, vault, fontFiles }: MakeDeps, job: ExportJob, file: BoundedFile): Promise<number> {
  const { system = '', decisionId = '' } = job.filter;
  const opener = job.disclose ? vault : closed;
  const story = await readCase(pool, opener, system, decisionId);
  const sheet = new Sheet(file, { title: `Case file ${system} / ${decisionId}`, author: job.requestedBy, madeAt: new Date(job.startedAt ?? job.requestedAt) }, `Countersign case file  ·  export ${job.exportId}  ·  ${shortened(system)} / ${shortened(decisionId)}`, fontFiles);
  writeHead(sheet, job, story);
  writeSummary(sheet, story);
  writeProposal(sheet, story, job.disclose);
  writeJudgements(sheet, story, job.disclose);
  await sheet.flush();
  for (const presentation of story.presentations) {
    await writePresentation(sheet, { pool, opener, job, presentation, system, decisionId });
    await sheet.flush();
  }
  writeDraws(sheet, story);
  writePolicy(sheet, story);
  const proof = await readProof(pool, story);
  await writeEvents(sheet, story, proof);
  writeProof(sheet, job, story, proof);
  await sheet.finish();
  return story.events.length;
}

function writeHead(sheet: Sheet, job: ExportJob, { system, decisionId }: Case): void {
  sheet.title('Case file');
  sheet.fact('System', system);
  sheet.fact('Decision', decisionId);
  sheet.fact('Made at', job.startedAt ?? job.requestedAt);
  sheet.fact('Asked for by', job.requestedBy);
  sheet.fact('Reason', job.reason);
  sheet.fact('Content', job.disclose ? 'in the clear, where it was not erased' : 'sealed: only what is on the log in the clear');
  sheet.fact('Export', job.exportId);
  sheet.fact('Times', 'UTC, as RFC 3339');
}

/** In the line at the foot of each page; whole on the first. */
function shortened(id: string): string {
  return id.length <= 40 ? id : `${id.slice(0, 24)}…${id.slice(-12)}`;
}

function writeSummary(sheet: Sheet, { summary, outcomes }: Case): void {
  sheet.heading('What was decided');
  sheet.fact('Decision type', summary.decisionType);
  sheet.fact('Policy version', summary.policyVersion);
  sheet.fact('Accepted at', summary.acceptedAt);
  sheet.fact('Route', summary.route);
  sheet.fact('Tier', summary.tier);
  sheet.fact('Kind', summary.kind);
  sheet.fact('Form', summary.form);
  sheet.fact('Verdict', summary.verdict);
  sheet.fact('Given by', givenBy[summary.resolvedBy ?? ''] ?? summary.resolvedBy);
  sheet.fact('Given at', summary.resolvedAt);
  sheet.fact('Signed by', summary.signers.join(', '));
  sheet.fact('In words', summary.reason);
  if (summary.reversedAt !== null) sheet.fact('Reversed at', summary.reversedAt);
  for (const { outcome, observedAt, source, reportedBy } of outcomes) sheet.fact('Outcome', `${outcome}, observed at ${observedAt}, from ${source}, reported by ${reportedBy ?? 'nobody named'}`);
}

const givenBy: Readonly<Record<string, string>> = { routing: 'the policy, at once', review: 'people, or the end of the time they had' };

/** The proposal as it was accepted. */
function writeProposal(sheet: Sheet, { events }: Case, disclosed: boolean): void {
  sheet.heading('What the AI proposed');
  const accepted = events.find(({ record }) => record === 'DecisionAccepted');
  if (accepted === undefined) return sheet.paragraph('No proposal was accepted.');
  if (accepted.event === null) return sheet.note(disclosed ? erasedNote : sealedNote);
  sheet.note('As it was accepted. What was not given is left out.');
  writeContent(sheet, Buffer.from(JSON.stringify((accepted.event as { proposed: unknown }).proposed)), 'application/json');
}

function writeJudgements(sheet: Sheet, { tasks, judgements, summary }: Case, disclosed: boolean): void {
  sheet.heading('What people judged');
  if (summary.kind === 'auto-approved' && judgements.length === 0) sheet.paragraph('Nobody was asked before the verdict: the policy approved it at once.');
  else if (judgements.length === 0) sheet.paragraph(tasks.length > 0 || disclosed ? (summary.erased && disclosed ? erasedNote : 'Nobody has judged it.') : sealedNote);
  for (const judgement of judgements) writeJudgement(sheet, judgement, tasks.find(({ taskId }) => taskId === judgement.taskId)?.seat ?? null);
}

function writeJudgement(sheet: Sheet, judgement: CaseJudgement, seat: number | null): void {
  sheet.subheading(`${judgement.reviewer ?? 'Somebody'}${seat === null ? '' : `, seat ${seat}`}${judgement.stage === 'first' ? ', before the proposal was shown' : ''}`);
  sheet.fact('Judged at', judgement.submittedAt);
  sheet.fact('Kind of work', judgement.kind);
  sheet.fact('Shown as', judgement.form);
  sheet.fact('Decision', judgement.decision);
  if (judgement.answer !== null) sheet.fact('Answer', judgement.answer);
  if (typeof judgement.modifiedOutput === 'object' && judgement.modifiedOutput !== null) sheet.fact('Changed to', changedTo(judgement.modifiedOutput));
  sheet.fact('Differs from the AI', judgement.override ? 'yes' : 'no');
  sheet.fact('Reason codes', judgement.reasonCodes.join(', '));
  sheet.fact('Reasoning', judgement.reasoning);
  sheet.fact('State', judgement.finalAt === null ? judgement.state : `${judgement.state}, ${judgement.finalAt}`);
  sheet.fact('Seconds of attention', Math.round(judgement.activeTimeMs / 1000));
  sheet.fact('On what they saw', judgement.presentationDigest);
}

/** The label, and the text where it says more. */
function changedTo(output: object): string {
  return ['label' in output ? output.label : null, 'content' in output ? output.content : null].filter((each, index, both) => typeof each === 'string' && both.indexOf(each) === index).join(': ');
}

type Showing = { pool: MakeDeps['pool']; opener: Opener; job: ExportJob; presentation: CasePresentation; system: string; decisionId: string };

async function writePresentation(sheet: Sheet, { pool, opener, job, presentation, system, decisionId }: Showing): Promise<void> {
  sheet.heading(`What ${presentation.reviewer ?? 'a reviewer'} was shown`);
  sheet.fact('Painted at', presentation.paintedAt);
  sheet.fact('Form', presentation.form);
  sheet.fact('SHA-256 of the bytes', presentation.digest);
  if (presentation.digest === null) return sheet.note(job.disclose ? erasedNote : sealedNote);
  if (presentation.state !== 'whole') return sheet.paragraph('Not all of it is on record.');
  const { mediaType, bytes } = await readShown(pool, opener, { system, decisionId, digest: presentation.digest });
  sheet.note(`${bytes.length} bytes of ${mediaType}, which have this digest. To read:`);
  writeContent(sheet, bytes, mediaType);
}

function writeDraws(sheet: Sheet, { draws }: Case): void {
  if (draws.length === 0) return;
  sheet.heading('What was drawn at random');
  sheet.paragraph('Each draw is HMAC-SHA256 of the purpose, the system and the decision under a sampling key, read as a number from 0 to 1. Whoever has the key can repeat it.');
  for (const { what, purpose, draw, probability, keyVersion, stratum } of draws) {
    sheet.fact(what, `${draw}${probability === null ? '' : `, selected below ${probability}`}; purpose ${purpose}, key ${keyVersion ?? 'unknown'}${stratum === null ? '' : `, stratum ${stratum}`}`);
  }
}

function writePolicy(sheet: Sheet, { policy, summary }: Case): void {
  sheet.heading('The policy it was decided under');
  if (policy === null) return sheet.paragraph(summary.policyVersion === null ? 'None is pinned.' : `${summary.policyVersion}: built in, for what no policy covers.`);
  sheet.fact('Version', policy.version);
  sheet.fact('Proposed', `by ${policy.proposedBy ?? 'nobody'} at ${policy.proposedAt ?? '–'}`);
  sheet.fact('Approved', `by ${policy.approvedBy ?? 'nobody'} at ${policy.approvedAt ?? '–'}`);
  sheet.fact('Put in force', `by ${policy.activatedBy ?? 'nobody'} at ${policy.activatedAt ?? '–'}`);
  sheet.mono(policy.text);
}

async function writeEvents(sheet: Sheet, { events, omitted }: Case, { leaves }: CaseProof): Promise<void> {
  sheet.heading(omitted === 0 ? 'Everything on record, in order' : 'What is on record, in order');
  if (omitted > 0) sheet.paragraph(`This case has ${events.length + omitted} events, and ${events.length} of them are told here: repeats of the proposal and refusals of them are left out beyond the first 200, and whatever is beyond 10,000. The bundle has all of them.`);
  for (const { occurredAt, record, actor, eventId, recordedAt, topic, partition, offset, logIndex } of events) {
    sheet.subheading(`${occurredAt}  ${record}${actor === null ? '' : `  by ${actor}`}`);
    const place = logIndex === null ? 'not in the log yet' : `log index ${logIndex}  leaf ${leaves.get(logIndex)?.toString('base64') ?? 'unknown'}`;
    sheet.mono(`event ${eventId}\nrecorded ${recordedAt}  ${topic}/${partition}@${offset}\n${place}`);
    await sheet.flush();
  }
}
