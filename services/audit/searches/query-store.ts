import type { Cursor, EventFilter, SearchOrder } from './filter.ts';

/** Events that every decision has: an index on their names would cost each, and they are dense enough to be met on the way. */
export const everyDecisionRecords = ['DecisionProposed', 'DecisionAccepted', 'DecisionRouted', 'DecisionResolved'] as const;
/** Who answers most decisions; everyone else is found by an index. */
export const everyDecisionActor = 'routing';

/** As the partial indexes say it; only a query that says the same may use them. */
export const rareRecord = (alias: string) => `${alias}record <> all ('{${everyDecisionRecords.join(',')}}'::text[])`;
export const rareActor = (alias: string) => `${alias}actor <> '${everyDecisionActor}'`;

const columns = { system: 'system', decisionId: 'decision_id', decisionType: 'decision_type', reviewer: 'reviewer', kind: 'kind', policyVersion: 'policy_version' } as const;

/** The text of a search and its parameters as they are numbered. */
export class SearchQuery {
  readonly values: unknown[] = [];
  readonly #named = new Map<string, string>();

  /** The placeholder of a value; a name has one however often it is asked for. */
  parameter(value: unknown, name?: string): string {
    const known = name === undefined ? undefined : this.#named.get(name);
    if (known !== undefined) return known;
    const placeholder = `$${this.values.push(value)}`;
    if (name !== undefined) this.#named.set(name, placeholder);
    return placeholder;
  }

  /** What must hold of an event, as conditions on `alias`. */
  conditionsOn(alias: string, filter: EventFilter): string[] {
    const conditions = Object.entries(columns).flatMap(([name, column]) => {
      const value = filter[name as keyof typeof columns];
      return value === undefined ? [] : [`${alias}.${column} = ${this.parameter(value, name)}`];
    });
    if (filter.actor !== undefined) conditions.push(`${alias}.actor = ${this.parameter(filter.actor, 'actor')}`, ...(filter.actor === everyDecisionActor ? [] : [rareActor(`${alias}.`)]));
    if (filter.exceptRecord !== undefined) conditions.push(`${alias}.record <> all(${this.parameter(filter.exceptRecord, 'exceptRecord')}::text[])`);
    if (filter.from !== undefined) conditions.push(`${alias}.recorded_at >= ${this.parameter(filter.from, 'from')}`);
    if (filter.to !== undefined) conditions.push(`${alias}.recorded_at < ${this.parameter(filter.to, 'to')}`);
    return conditions;
  }

  /** What stands after the cursor in that order. */
  after(alias: string, cursor: Cursor | null, order: SearchOrder): string[] {
    if (cursor === null) return [];
    return [`(${alias}.recorded_at, ${alias}.event_id) ${order === 'oldest' ? '>' : '<'} (${this.parameter(cursor.recordedAt, 'cursorAt')}, ${this.parameter(cursor.eventId, 'cursorId')})`];
  }

  /** The rows of `events` that make a page. */
  pageOf(filter: EventFilter, cursor: Cursor | null, limit: number, order: SearchOrder): string {
    const conditions = [...this.conditionsOn('e', filter), ...this.after('e', cursor, order)];
    const tail = `order by ${sortedBy('e', order)} limit ${this.parameter(limit, 'limit')}`;
    const { record = [] } = filter;
    if (record.length === 0) return `select e.* from events e ${where(conditions)} ${tail}`;
    const chosen = this.parameter(record, 'record');
    // Alone, each name is walked in its own order up to a page; together they would have to be sorted whole.
    if (record.every(isRare)) return `select e.* from unnest(${chosen}::text[]) as named(record) cross join lateral (select e.* from events e ${where([...conditions, 'e.record = named.record', rareRecord('e.')])} ${tail}) e ${tail}`;
    return `select e.* from events e ${where([...conditions, `e.record = any(${chosen})`])} ${tail}`;
  }
}

export function sortedBy(alias: string, order: SearchOrder): string {
  return order === 'oldest' ? `${alias}.recorded_at, ${alias}.event_id` : `${alias}.recorded_at desc, ${alias}.event_id desc`;
}

export function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
}

function isRare(record: string): boolean {
  return !(everyDecisionRecords as readonly string[]).includes(record);
}
