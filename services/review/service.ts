/** Review: consumes decisions.routed, spotchecks.selected, calibrations.planned, outcomes.recorded, decisions.erased and what is recorded of API keys; produces through the outbox; serves /v1/reviews, /v1/people and /v1/api-keys. */

import type { DecisionErased, DecisionRouted, EventCodec, Views } from '@countersign/contracts';
import { consumeIntoPostgres, consumerReasons, databaseReasons, enqueue, erasureApplied, openDatabase, openPool, OutboxPublisher, PolicyFeed, readMasterKey, readSettings, roleUrl, Vault } from '@countersign/kit';
import type { Readiness, ReceivedBatch, ServiceContext, StartedService } from '@countersign/kit';
import type { ConsumedRecord } from '@countersign/kafka';
import type { FastifyPluginAsync } from 'fastify';
import { handleOutcomes } from './background/recording.ts';
import { handlePlanned } from './calibration/planned.ts';
import { checkReviewConfig, reviewSettings } from './config.ts';
import { connectReview, recordsOf, workIn } from './connection.ts';
import type { ReviewContext } from './context.ts';
import { handleErased } from './erasure.ts';
import type { ReviewEvent } from './events.ts';
import { handleRouted, handleSelected } from './handlers.ts';
import { reviewRoutes } from './http.ts';
import { checkIdentityConfig, identitySettings } from './identity/config.ts';
import { openIssuer } from './identity/issuer.ts';
import { openProvider } from './identity/provider.ts';
import { startSweep } from './identity/sweep.ts';
import { noteKeyUses } from './keys/store.ts';
import { Hub } from './live/hub.ts';
import { NoticeListener } from './live/listener.ts';
import { noticeOf } from './live/notices.ts';
import { notify } from './live/store.ts';
import { Teller } from './live/teller.ts';
import { sqlOf } from './sql.ts';
import { startSchedule } from './timers/schedule.ts';
import { rememberTraces } from './traces/links.ts';

export { migrations } from './migrations/index.ts';
export { reviewSettings } from './config.ts';
export { identitySettings } from './identity/config.ts';

export type ReviewService = StartedService & { routes: FastifyPluginAsync };

const topics = ['decisions.routed', 'spotchecks.selected', 'calibrations.planned', 'outcomes.recorded', 'decisions.erased', 'governance.recorded'] as const;
type Consumed = (typeof topics)[number];
/** Most decisions are automatic, about nobody, and none of review's business: the others are read whole once that is known. */
const views = {
  DecisionRouted: { system: true, decisionId: true, route: true, subjectId: true },
  AccessDenied: { eventId: true }, DeadLetterReplayed: { eventId: true }, ExportBegun: { eventId: true }, ExportMade: { eventId: true }, ExportFetched: { eventId: true }, SamplingKeyChanged: { eventId: true }, VerdictConflict: { eventId: true },
} as const satisfies Views;
/** Live updates are worth a little wait at the start. */
const listeningMsMax = 3000;
type Batch = ReceivedBatch<Consumed, typeof views>;

/**
 * People cause a few events a call, and each look at the outbox costs a statement a key range: what happens within this time leaves together.
 * Nobody waits for it, since a judgement is final seconds after it was made.
 */
const outboxLingerMs = 50;

/** Calls once for all that asked within the time. */
function gathered(act: () => void, lingerMs: number): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      act();
    }, lingerMs).unref();
  };
}

/** Resolves once policies are read, positions are taken and deadlines are being looked at. */
export async function startReview(context: ServiceContext<'review'>, env: Readonly<Record<string, string | undefined>> = process.env): Promise<ReviewService> {
  const { settings, log, codec, publisher, producer } = context;
  const config = checkReviewConfig(readSettings(reviewSettings, env), settings.environment);
  const identityConfig = checkIdentityConfig(readSettings(identitySettings, env), settings);
  const issuer = identityConfig.issuerKeyFile === null ? null : await openIssuer(identityConfig.issuerKeyFile);
  const provider = identityConfig.provider === null ? null : openProvider(identityConfig.provider, identityConfig.publicOrigin ?? '');
  await using started = new AsyncDisposableStack();
  const database = started.use(openDatabase<unknown>('review', settings));
  const vaultDatabase = started.use(openPool<unknown>(roleUrl(settings.vaultDatabaseUrl, 'countersign_review', settings.databasePassword), 'vault', 2));
  const vault = started.use(new Vault(vaultDatabase.pool, readMasterKey(settings.masterKeyFile)));
  const policies = started.use(await PolicyFeed.open(context.connection, codec, context.onCrash));
  const outbox = started.use(new OutboxPublisher(database.pool, producer, log, 'review'));
  const publish = gathered(() => outbox.poke(), outboxLingerMs);
  const sql = sqlOf(database.pool);
  const hub = started.use(new Hub(sql, log));
  const teller = started.use(
    new Teller(async (payloads) => await notify(sql, payloads), (error) => {
      log.warn({ err: error }, 'live updates could not be told');
      hub.endAll();
    }),
  );
  const onEvents = (events: readonly ReviewEvent[]) => {
    publish();
    teller.tell(noticeOf(events));
  };
  const eventsOf = new WeakMap<object, readonly ReviewEvent[]>();
  const review = connectReview({ pool: database.pool, vault, policies, codec, publisher, settings: config, tracing: context.tracing, onEvents });
  const consumer = started.use(
    await consumeIntoPostgres<Consumed, typeof views>(context, {
      topics,
      views,
      pool: database.pool,
      concerns,
      handle: async (client, batch) => {
        const { work, events } = workIn(client);
        const erased = erasedIn(batch);
        vault.forget(erased.map(({ system, decisionId }) => ({ system: system ?? '', decisionId: decisionId ?? '' })));
        await handleBatch(review, work, codec, batch, erased);
        if (context.tracing.enabled) await rememberTraces(work.sql, batch.events.flatMap(({ event, trace }) => (event.record === 'DecisionRouted' || event.record === 'SpotCheckSelected' || event.record === 'CalibrationPlanned' ? [{ event, trace }] : [])));
        // Opening a task belongs to the trace of its decision; what people do later is not part of it.
        const traces = new Map(batch.events.map(({ record, trace }) => [record.key?.toString() ?? '', trace]));
        await enqueue(client, [...recordsOf(publisher, events, traces), ...erased.map((event) => erasureApplied(publisher, 'review', event))]);
        if (events.length > 0 || erased.length > 0) eventsOf.set(batch, events);
      },
      // Most decisions need nobody and tell of nothing: no look at the outbox for those.
      committed: (batch) => {
        const events = eventsOf.get(batch);
        if (events !== undefined) onEvents(events);
      },
    }),
  );
  const listener = started.use(
    new NoticeListener({
      url: roleUrl(settings.databaseUrl, 'countersign_review', settings.databasePassword),
      log,
      onNotice: (notice) => hub.hear(notice),
      onListening: () => hub.listening(),
      onLost: () => hub.lost(),
    }),
  );
  await listener.listening(listeningMsMax);
  const schedule = started.use(startSchedule(review, log, config.timerPollMs));
  started.use(startSweep(review, log));
  const running = started.move();

  const readiness = async (): Promise<Readiness> => {
    const trouble = schedule.trouble();
    const reasons = [
      ...consumerReasons(context.groupId, consumer.state()),
      ...(trouble === null ? [] : [trouble]),
      ...(await databaseReasons(database.pool)),
    ];
    return { ready: reasons.length === 0, reasons };
  };
  return {
    name: 'review',
    routes: reviewRoutes(review, { review, config: identityConfig, log, provider, issuer }, hub),
    readiness,
    drain: async (deadlineMs) => {
      const begun = Date.now();
      await consumer.drain(deadlineMs);
      await outbox.drain(Math.max(0, deadlineMs - (Date.now() - begun)));
    },
    [Symbol.asyncDispose]: async () => await running.disposeAsync(),
  };
}

/** Of decisions those that ask for somebody or are about somebody; of what is recorded the use of API keys. */
function concerns({ event }: Batch['events'][number]): boolean {
  switch (event.record) {
    case 'DecisionRouted': return isKept(event.value);
    case 'SpotCheckSelected': case 'CalibrationPlanned': case 'OutcomeRecorded': case 'DecisionErased': case 'ApiKeyUsed': return true;
    default: return false;
  }
}

function erasedIn(batch: Batch): DecisionErased[] {
  return batch.events.flatMap(({ event }) => (event.record === 'DecisionErased' ? [event.value] : []));
}

async function handleBatch(review: ReviewContext, work: Parameters<typeof handleRouted>[1], codec: EventCodec, batch: Batch, erased: readonly DecisionErased[]): Promise<void> {
  // First: what else comes in one transaction with it meets its rows.
  await handleErased(review, work, erased);
  const kept = batch.events.flatMap(({ event, record }) => (event.record === 'DecisionRouted' && isKept(event.value) ? [record] : []));
  const routed = await readRouted(codec, kept);
  const selected = batch.events.flatMap(({ event }) => (event.record === 'SpotCheckSelected' ? [event.value] : []));
  const planned = batch.events.flatMap(({ event }) => (event.record === 'CalibrationPlanned' ? [event.value] : []));
  if (routed.length > 0) await handleRouted(review, work, routed);
  if (selected.length > 0) await handleSelected(review, work, selected);
  if (planned.length > 0) await handlePlanned(review, work, planned);
  await handleOutcomes(work, batch.events.flatMap(({ event }) => (event.record === 'OutcomeRecorded' ? [event.value] : [])));
  const uses = batch.events.flatMap(({ event }) => (event.record === 'ApiKeyUsed' ? [{ keyId: event.value.keyId, usedAt: event.value.occurredAt }] : []));
  if (uses.length > 0) await noteKeyUses(work.sql, uses);
}

/** True of what needs a person, and of what belongs to somebody's history. */
function isKept({ route, subjectId }: { route: string; subjectId: string | null }): boolean {
  return route !== 'auto' || subjectId !== null;
}

async function readRouted(codec: EventCodec, records: readonly ConsumedRecord[]): Promise<DecisionRouted[]> {
  const events = await codec.decode('decisions.routed', records.map(({ value }) => value));
  return events.map((event, index) => {
    if ('undecodable' in event) throw new Error(`The route at offset ${records[index]?.offset} cannot be read: ${event.reason}`);
    return event.value;
  });
}
