/** A view of `audit_views`: what business intelligence may read. No payload, no content, no secret. */
export type View = {
  name: string;
  about: string;
  /** What each column is called, how it is made, and what it means. */
  columns: ReadonlyArray<readonly [name: string, expression: string, meaning: string]>;
  from: string;
};

const instant = (column: string) => `timestamptz 'epoch' + ${column} * interval '1 microsecond'`;

/** The one list: the migration makes them of it, with its words as comments; docs/sql-views.md is held against those. */
export const views: readonly View[] = [
  {
    name: 'events', about: 'Every event on record, one row each, without what it says.',
    columns: [
      ['recorded_at', 'e.recorded_at', 'When the audit service wrote it, to the microsecond. Filter by it: the table is partitioned by its days.'],
      ['log_index', 'l.log_index', 'Its place in the Merkle log; null for the seconds until it has one.'],
      ['event_id', 'e.event_id', 'Names the event; a repeat on Kafka is written once.'],
      ['record', 'e.record', 'Name of the event, such as JudgementFinalised (docs/reference/events.md).'],
      ['topic', 'e.topic', 'Topic it came on, without prefix and suffix.'],
      ['partition', 'e.partition', 'Partition of the topic.'],
      ['log_offset', 'e.log_offset', 'Offset in the partition.'],
      ['occurred_at', instant('e.occurred_at'), 'When it happened.'],
      ['published_at', instant('e.published_at'), 'When Kafka had it.'],
      ['system', 'e.system', 'The AI system concerned, if one is.'],
      ['decision_id', 'e.decision_id', 'The decision concerned, unique within the system.'],
      ['decision_type', 'e.decision_type', 'The decision type, where the event names it.'],
      ['kind', 'e.kind', 'Kind of case or task, such as standard, dual, spot-check, re-review, or of content that was shown.'],
      ['actor', 'e.actor', 'Who did it: a person, api-key: and an id, or a service.'],
      ['reviewer', 'e.reviewer', 'Whose review work it is about.'],
      ['policy_version', 'e.policy_version', 'The policy version pinned for the decision, or that the event is about.'],
      ['sealed', 'e.payload is null', 'True where what it says is sealed under the key of its decision, or was erased.'],
    ],
    from: 'events e left join log_entries l on l.recorded_at = e.recorded_at and l.event_id = e.event_id',
  },
  {
    name: 'decisions', about: 'One row a decision that was accepted, with its verdict once there is one.',
    columns: [
      ['system', 'a.system', 'The AI system.'],
      ['decision_id', 'a.decision_id', 'The decision, unique within the system.'],
      ['decision_type', 'a.decision_type', 'The decision type.'],
      ['policy_version', 'a.policy_version', 'The policy version that was pinned when it was accepted.'],
      ['recorded_at', 'a.recorded_at', 'When its acceptance was recorded. Filter by it: the table is partitioned by its days.'],
      ['accepted_at', instant('a.occurred_at'), 'When intake accepted it.'],
      ['kind', 'v.kind', 'How it was decided: auto-approved, standard, senior, dual and so on; null until it is.'],
      ['verdict', 'v.verdict', 'approved, rejected or modified; null until there is one.'],
      ['basis', 'v.basis', 'What the verdict rests on, as the event DecisionResolved says it.'],
      ['resolved_at', instant('v.resolved_at'), 'When the verdict was given.'],
      ['latency_ms', '(v.resolved_at - v.accepted_at) / 1000', 'Milliseconds from acceptance to verdict.'],
      ['reversed', `exists (select from events r where r.system = a.system and r.decision_id = a.decision_id and r.record = 'DecisionReversed')`, 'True once the verdict was reversed.'],
      ['erased', `exists (select from events r where r.system = a.system and r.decision_id = a.decision_id and r.record = 'DecisionErased')`, 'True once its content was erased.'],
    ],
    from: `events a left join verdicts v on v.system = a.system and v.decision_id = a.decision_id where a.record = 'DecisionAccepted'`,
  },
  {
    name: 'judgements', about: 'One row a judgement that counts, that is, whose time to undo it has passed.',
    columns: [
      ['recorded_at', 'j.recorded_at', 'When it was recorded as final.'],
      ['judgement_id', 'j.judgement_id', 'Names the judgement.'],
      ['task_id', 'j.task_id', 'The task.'],
      ['system', 'j.system', 'The AI system.'],
      ['decision_id', 'j.decision_id', 'The decision that was judged.'],
      ['kind', 'j.kind', 'Kind of task: ordinary work by its route, or adjudication, spot-check, re-review, calibration. Reviewers must not learn it.'],
      ['queue', 'j.queue', 'The queue it waited in.'],
      ['reviewer', 'j.reviewer', 'Who judged.'],
      ['form', 'j.form', 'shown, hidden or first-judge-then-see.'],
      ['decision', 'j.decision', 'approve, reject, modify or answer.'],
      ['overrides', 'j.overrides', 'True where it differs from the output of the AI.'],
      ['contradicts', 'j.contradicts', 'For spot checks and re-reviews: true where it contradicts the verdict.'],
      ['active_time_ms', 'j.active_time_ms', 'Milliseconds of attention, from the paint of what was shown.'],
      ['fast', 'j.fast', 'True under five seconds.'],
      ['sla_met', 'j.sla_met', 'True where it was judged before it was due; null where nothing was due.'],
      ['finalised_at', instant('j.finalised_at'), 'When it became final.'],
    ],
    from: 'judgements j',
  },
  {
    name: 'checkpoints', about: 'One row a signed checkpoint of the Merkle log: what was recorded before it cannot be changed unnoticed.',
    columns: [
      ['size', 'c.size', 'Records under it: those with a log_index below it.'],
      ['signed_at', 'c.signed_at', 'When the log signed it.'],
      ['witnesses', '(select count(*) from (select distinct s.key_name from cosignatures s where s.size = c.size) w)', 'How many witnesses cosigned it.'],
    ],
    from: 'checkpoints c',
  },
  {
    name: 'exports', about: 'One row an export that was asked for. Each that was made is an event on the log besides (ExportMade).',
    columns: [
      ['export_id', 'x.export_id', 'Names the export.'],
      ['kind', 'x.kind', 'case, range or search.'],
      ['formats', 'x.formats', 'What was asked for: bundle, csv, parquet, pdf.'],
      ['disclosed', 'x.disclose', 'True where content was asked for in the clear.'],
      ['state', `case x.state when 'made' then 'running' else x.state end`, 'waiting, running, ready, failed, expired or removed.'],
      ['requested_by', 'x.requested_by', 'Who asked for it.'],
      ['requested_at', 'x.requested_at', 'When.'],
      ['finished_at', 'x.finished_at', 'When it was made or failed.'],
      ['records', 'x.records', 'Events in it.'],
      ['bytes', 'x.bytes', 'Bytes of all its files.'],
    ],
    from: 'exports x',
  },
];

/** A row of the catalogue, as `view-store.ts` reads it. */
export type ViewColumn = { view: string; about: string; column: string; type: string; meaning: string };

/** docs/sql-views.md, of what the database says of itself. */
export function viewsDocument(columns: readonly ViewColumn[]): string {
  const names = [...new Set(columns.map(({ view }) => view))];
  const sections = names.map((name) => {
    const own = columns.filter(({ view }) => view === name);
    return [`## audit_views.${name}`, '', own[0]?.about ?? '', '', '| column | type | what it is |', '|---|---|---|', ...own.map(({ column, type, meaning }) => `| \`${column}\` | ${type} | ${meaning} |`), ''].join('\n');
  });
  return `${head}\n${sections.join('\n')}`;
}

const head = `# SQL views for business intelligence

Schema \`audit_views\` in the database of the services, for the role \`countersign_bi\`, which may read these views and nothing
else: no payload, no content, no secret, no other table. The set-up makes the role where it is given a password
(\`COUNTERSIGN_BI_PASSWORD\` or \`COUNTERSIGN_BI_PASSWORD_FILE\`; \`npm start\` and the compose file keep one in \`secrets/bi-password\`):

\`\`\`sh
PGPASSWORD=$(cat .countersign/secrets/bi-password) psql "host=… port=… user=countersign_bi dbname=countersign"
\`\`\`

Statements of the role end after five minutes, at most ten connections are open at once, and transactions are read-only. The
views follow the log within its transactions: what is recorded is there, and what retention let go is not. They are for counting and drawing, not evidence: what
proves a row is the log (export a bundle). Columns are only ever added. The text below is what the database says of itself; a test
holds this page against it.
`;
