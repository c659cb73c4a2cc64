export { ChangedContentError } from './changed-content.ts';
export { createClient } from './client.ts';
export { CountersignClientError, RefusedError, VerdictTimeoutError, type ClientErrorCode } from './errors.ts';
export type { HttpOptions } from './http.ts';
export type { KafkaOptions } from './kafka.ts';
export type { Content, Proposal } from './proposal.ts';
export type { CountersignClient, CountersignKafkaClient, DecisionRef, Receipt, Verdict, VerdictsWanted, WantedVerdict } from './types.ts';
