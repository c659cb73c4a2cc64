/**
 * Erased decisions. Their case stays, with nothing of its content, also where there was none: whatever of the decision comes later meets
 * that row. Its verdict may say why it was given.
 */
export const erasureColumns = `
alter table cases add column erased boolean not null default false;
alter table verdicts drop constraint verdicts_basis_check,
  add constraint verdicts_basis_check check (basis in ('human', 'expiry', 'veto-window', 'erasure'));
create index subject_decisions_decision on subject_decisions (system, decision_id);
create index judgements_decision on judgements (system, decision_id);
create index first_judgements_decision on first_judgements (system, decision_id);
create index exercises_decision on exercises (system, decision_id);
`;
