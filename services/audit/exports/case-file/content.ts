import { createHash } from 'node:crypto';
import { pictureOf } from './picture.ts';
import type { Sheet } from './sheet.ts';

/** Of one proposal or presentation; the rest is in the bundle. */
const linesMax = 4000;
const charsMax = 100_000;
/** What fits a line or two is not worth a line for each of its fields. */
const inlineCharsMax = 160;
const listCharsMax = 40;

/** What fields of proposals and presentations are called; what is not here is called as it is. */
const labels: Readonly<Record<string, string>> = {
  decisionType: 'Decision type', decisionId: 'Decision', system: 'System', proposedAt: 'Proposed at', input: 'The case', case: 'The case', parts: 'Parts', output: 'The answer of the AI', reasoning: 'Why, by the AI', summary: 'In short', factors: 'What weighed in',
  confidence: 'Confidence', uncertainty: 'Uncertainty', lower: 'from', upper: 'to', statement: 'in words', alternatives: 'Other answers', provenance: 'Where it comes from', model: 'Model', trainingDomain: 'Trained on', sources: 'Sources', attributes: 'What the policy tests', subject: 'About whom',
  action: 'What would be done', description: 'Action', reversalDeadline: 'Can be reversed until', expectedDurationMs: 'Expected to take, milliseconds', taskId: 'Task', form: 'Form', stage: 'Stage', dueAt: 'Due at', question: 'Question', answers: 'Answers to choose from', proposal: 'The proposal of the AI',
  reasonCodes: 'Reasons to choose from', earlier: 'Earlier decisions shown', escalation: 'Note of whoever escalated it', firstAnswer: 'Their own first answer', policy: 'The policy', tier: 'Tier', reasons: 'Why people look', outputLabel: 'answer of the AI', quadrant: 'Harm and reversibility', severity: 'Severity', reversibility: 'Reversibility',
};
/** Microseconds in events, text everywhere else. */
const instants: ReadonlySet<string> = new Set(['proposedAt', 'reversalDeadline']);
/** What is in these is named by whoever sent it. */
const verbatim: ReadonlySet<string> = new Set(['attributes']);
/** What needs no name to be understood. */
const plain: ReadonlySet<string> = new Set(['name', 'label', 'title', 'code']);
/** How a part is written, which shows. */
const unsaid: ReadonlySet<string> = new Set(['encoding']);

/** What was shown or proposed, to read: of JSON each field, of anything else the text or what it is. What is too long says so, with where the whole is. */
export function writeContent(sheet: Sheet, bytes: Buffer, mediaType: string): void {
  const writer = new ContentWriter(sheet);
  const value = mediaType === 'application/json' ? parsed(bytes) : undefined;
  if (isObject(value)) writer.fields(value, 0, false);
  else writer.blob(bytes, mediaType, 0);
}

/** Of one piece, as far as there is room. */
class ContentWriter {
  readonly #sheet: Sheet;
  #lines = 0;
  #chars = 0;
  #full = false;

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
  }

  /** What is not given is left out; where names are those of whoever sent it (`own`), it says something that there is nothing. */
  fields(value: Readonly<Record<string, unknown>>, depth: number, own: boolean): void {
    for (const [name, each] of Object.entries(value)) {
      if (!own && (isNothing(each) || unsaid.has(name))) continue;
      const label = own ? name : (labels[name] ?? name);
      if (isNothing(each)) this.#fact(label, each === '' ? '' : 'none', depth);
      else if (name === 'parts' && Array.isArray(each) && !own) for (const part of each) this.#part(part as unknown, depth);
      else if (name === 'output' && isObject(each) && !own) this.#output(label, each, depth);
      else this.#field(label, !own && instants.has(name) && typeof each === 'number' ? new Date(each / 1000).toISOString() : each, depth, own || verbatim.has(name));
    }
  }

  blob(bytes: Buffer, mediaType: string, depth: number): void {
    const text = textOf(bytes, mediaType);
    if (text !== null) return this.#text(text, mediaType, depth);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const picture = pictureOf(bytes, mediaType);
    if (!this.#room(100)) return;
    this.#sheet.note(`${picture === null ? '' : `A picture of ${picture.width} × ${picture.height} pixels: `}${bytes.length} bytes of ${mediaType}, SHA-256 ${digest}`, depth);
    if (picture !== null) this.#draw(() => this.#sheet.picture(picture, depth), depth);
  }

  #field(label: string, value: unknown, depth: number, own: boolean): void {
    if (Array.isArray(value)) this.#list(label, value, depth, own);
    else if (isObject(value)) {
      const line = inline(value, own);
      if (line !== null) this.#fact(label, line, depth);
      else if (this.#room(label.length)) {
        this.#sheet.label(label, depth);
        this.fields(value, depth + 1, own);
      }
    } else this.#fact(label, typeof value === 'string' ? value : JSON.stringify(value), depth);
  }

  #list(label: string, values: readonly unknown[], depth: number, own: boolean): void {
    if (values.every((value) => !isObject(value) && !Array.isArray(value))) return this.#fact(label, values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(values.some((value) => String(value).includes(' ')) ? '  ·  ' : ', '), depth);
    if (!this.#room(label.length)) return;
    this.#sheet.label(label, depth);
    for (const [index, value] of values.entries()) this.#field(`${index + 1}`, value, depth + 1, own);
  }

  /** A label that says it all needs no text that says it again. */
  #output(label: string, { label: answer, content, mediaType, ...rest }: Readonly<Record<string, unknown>>, depth: number): void {
    this.#field(label, answer, depth, false);
    if (!isNothing(content) && content !== answer) this.#part({ name: 'in full', mediaType, content, ...rest }, depth + 1);
  }

  #part(part: unknown, depth: number): void {
    if (!isObject(part)) return this.#field('Part', part, depth, true);
    const { name, mediaType, content, encoding, ...rest } = part;
    const [title, type] = [stringOf(name, 'part'), stringOf(mediaType, 'application/octet-stream')];
    if (!this.#room(title.length)) return;
    this.#sheet.label(`${title} (${type})`, depth);
    if (isObject(content) && typeof content['base64'] === 'string') this.blob(Buffer.from(content['base64'], 'base64'), type, depth + 1);
    else if (typeof content === 'string') this.blob(Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'), type, depth + 1);
    this.fields(rest, depth + 1, false);
  }

  #text(text: string, mediaType: string, depth: number): void {
    const value = mediaType === 'application/json' ? parsed(Buffer.from(text)) : undefined;
    if (isObject(value)) return this.fields(value, depth, true);
    const part = text.slice(0, Math.max(0, charsMax - this.#chars));
    if (part !== '' || text === '') {
      if (/^text\/(csv|tab-separated-values)$|yaml|xml/.test(mediaType)) this.#sheet.mono(part, depth);
      else this.#sheet.paragraph(part, depth);
    }
    this.#room(text.length);
  }

  #fact(label: string, text: string, depth: number): void {
    const part = text.slice(0, Math.max(0, charsMax - this.#chars));
    if (this.#full) return;
    if (part !== '' || text === '') this.#sheet.fact(label, part, depth);
    this.#room(text.length);
  }

  /** Pictures come from outside, and what draws them may still refuse one. */
  #draw(picture: () => void, depth: number): void {
    try {
      picture();
    } catch {
      this.#sheet.note('It cannot be drawn here.', depth);
    }
  }

  /** Counts what is written; false, and said once, when there is no more room. */
  #room(chars: number): boolean {
    if (this.#full) return false;
    this.#lines += 1;
    this.#chars += chars;
    this.#full = this.#lines > linesMax || this.#chars > charsMax;
    if (this.#full) this.#sheet.note('There is more of it than is printed here. The whole is in the bundle, under its digest.');
    return !this.#full;
  }
}

/** `worst texture · value 31.55 · weight 1.0536`, where it is short and flat. */
function inline(value: Readonly<Record<string, unknown>>, own: boolean): string | null {
  const given = Object.entries(value).filter(([name, each]) => own || (!isNothing(each) && !unsaid.has(name)));
  if (given.some(([, each]) => isObject(each) || (Array.isArray(each) && (each.some((one) => typeof one === 'object') || JSON.stringify(each).length > listCharsMax)))) return null;
  const text = given.map(([name, each]) => (!own && plain.has(name) ? String(each) : `${own ? name : (labels[name] ?? name)} ${typeof each === 'string' && each !== '' ? each : JSON.stringify(each)}`)).join('  ·  ');
  return text.length <= inlineCharsMax && !text.includes('\n') ? text : null;
}

function textOf(bytes: Buffer, mediaType: string): string | null {
  if (!/^text\/|json|xml|yaml/.test(mediaType)) return null;
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNothing = (value: unknown) => value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.values(value).every((each) => each === null));
const stringOf = (value: unknown, fallback: string) => (typeof value === 'string' && value !== '' ? value : fallback);
