/** Which recorded trace a decision came in with, to link what people and deadlines do later; and which request set a deadline. */
export const traceTables = `
create table decision_traces (
  system text not null,
  decision_id text not null,
  traceparent text not null,
  primary key (system, decision_id),
  foreign key (system, decision_id) references cases
);
alter table timers add column traceparent text;
`;
