import type { Generated, GeneratedAlways } from 'kysely';

/** The tables of schema `risk`, as the migrations make them. */
export type RiskTables = {
  drafts: {
    draft_id: Generated<string>;
    decision_type: string;
    policy_text: string;
    written_by: string;
    written_at: Generated<Date>;
    revision: Generated<number>;
  };
  versions: {
    version: string;
    decision_type: string;
    policy_text: string;
    proposed_by: string;
    proposed_at: Generated<Date>;
    note: string;
  };
  approvals: {
    version: string;
    proposed_by: string;
    approved_by: string;
    approved_at: Generated<Date>;
    note: string;
  };
  withdrawals: { version: string; withdrawn_by: string; withdrawn_at: Generated<Date>; note: string };
  activations: {
    activation_id: GeneratedAlways<string>;
    decision_type: string;
    version: string;
    activated_by: string;
    activated_at: Generated<Date>;
    note: string;
  };
};
