/** `/v1/retention`. */

import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { CountersignError, described, jsonAnswer, listOf } from '@countersign/kit';
import { hexOf, type ErasureDeps } from '../erasure/context.ts';
import { isoOrNull } from '../instants.ts';
import { approveRule, askForRule, refuseRule, ruleView } from './rules.ts';
import { readDays, readRules } from './store.ts';

const tags = ['retention'];
const daysListedMax = 4000;
const { instant, number, optionalInstant, optionalText, text } = described;
const optionalNumber = (description: string) => ({ type: ['integer', 'null'], description }) as const;

const ruleParams = { type: 'object', required: ['decisionType'], properties: { decisionType: { type: 'string', minLength: 1, maxLength: 200, description: 'The decision type; * is what belongs to none, and every type without a rule', examples: ['credit.application'] } } } as const;
const ruleBody = {
  type: 'object', required: ['keepDays', 'reason'], additionalProperties: false,
  properties: { keepDays: { type: ['integer', 'null'], minimum: 1, maximum: 36_500, description: 'Days; null keeps for ever' }, reason: { type: 'string', minLength: 3, maxLength: 2000, pattern: '\\S', description: 'Why' } },
  examples: [{ keepDays: 3650, reason: 'Ten years, by the retention schedule of 2026' }],
} as const;
const seenHeaders = { type: 'object', properties: { 'if-match': { type: 'string', pattern: '^"[0-9]{1,17}"$', description: 'The ETag of what you saw asked for', examples: ['"1772532000000000"'] } } } as const;
const asked = { type: ['object', 'null'], additionalProperties: false, required: ['keepDays', 'by', 'at', 'reason', 'etag'], properties: { keepDays: optionalNumber('Days; null keeps for ever'), by: text('Who asked'), at: instant('When'), reason: text('Why'), etag: text('Send it as If-Match to approve this and nothing else') }, description: 'What waits for a second person' } as const;
const ruleFields = { decisionType: text('The decision type, or *'), keepDays: optionalNumber('Days; null keeps for ever'), changedBy: optionalText('Who agreed to it: never who asked'), changedAt: optionalInstant('When'), asked };
const rule = { decisionType: 'credit.application', keepDays: 3650, changedBy: 'pavel', changedAt: '2026-02-03T10:00:00.000Z', asked: null };
const wish = { ...rule, asked: { keepDays: 2190, by: 'priya', at: '2026-03-03T10:00:00.000Z', reason: 'Six years are enough', etag: '"1772532000000000"' } };
const dayFields = {
  day: text('Of recording, UTC'), state: { type: 'string', enum: ['kept', 'held', 'exported', 'applied'], description: 'applied: it left the database' }, records: number('Rows, once exported'), firstIndex: optionalNumber('Of the log'), lastIndex: optionalNumber('Of the log'),
  exportSha256: optionalText('Hex SHA-256 of its file'), appliedAt: optionalInstant('When it left'), because: text('Why it is in that state'),
};
const dayExample = { day: '2016-01-31', state: 'applied', records: 120, firstIndex: 0, lastIndex: 119, exportSha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', appliedAt: '2026-02-03T03:00:00.000Z', because: 'Its time was over.' };
const answer = { 200: jsonAnswer('The rule', ruleFields, rule, wish) };

type OneRule = FastifyRequest<{ Params: { decisionType: string }; Headers: { 'if-match'?: string }; Body: { keepDays: number | null; reason: string } }>;

/** `poke` is called after a change. */
export function retentionRoutes(deps: ErasureDeps, poke: () => void): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/retention', {
      config: { permission: 'audit.read' },
      schema: { tags, summary: 'For how long records are kept, and which days left', description: 'Days are looked at once the shortest rule is over for them; a day leaves whole, with the record that is kept longest.', response: { 200: jsonAnswer('Rules and days, newest first', { rules: listOf('Rules', ruleFields), days: listOf('Days that were looked at', dayFields) }, { rules: [rule], days: [dayExample] }) } },
    }, async () => ({
      rules: (await readRules(deps.pool)).map(ruleView),
      days: (await readDays(deps.pool, daysListedMax)).map(({ day, state, because, records, firstIndex, lastIndex, exportSha256, appliedAt }) => ({ day, state, records, firstIndex, lastIndex, exportSha256: hexOf(exportSha256), appliedAt: isoOrNull(appliedAt), because })),
    }));
    app.put('/v1/retention/rules/:decisionType', {
      config: { permission: 'retention.manage' }, schema: { tags, summary: 'Ask for another time', description: 'Nothing changes until another privacy officer approves it.', params: ruleParams, body: ruleBody, response: answer },
    }, async (request) => {
      const { params, body, identity } = request as OneRule;
      return ruleView(await askForRule(deps, identity.subject, params.decisionType, body.keepDays, body.reason));
    });
    app.post('/v1/retention/rules/:decisionType/approve', { config: { permission: 'retention.manage' }, schema: { tags, summary: 'Agree to what somebody else asked for', description: 'To what you saw, which If-Match names: where something else was asked for meanwhile, nothing changes.', params: ruleParams, headers: seenHeaders, response: answer } }, async (request) => {
      const { params, headers, identity } = request as OneRule;
      const etag = headers['if-match'];
      if (etag === undefined) throw new CountersignError('precondition-required', 'Send the ETag of what you saw asked for as If-Match.');
      const changed = ruleView(await approveRule(deps, identity.subject, params.decisionType, etag));
      poke();
      return changed;
    });
    app.post('/v1/retention/rules/:decisionType/refuse', { config: { permission: 'retention.manage' }, schema: { tags, summary: 'Leave the time as it is', params: ruleParams, response: answer } }, async (request) => ruleView(await refuseRule(deps, (request as OneRule).params.decisionType)));
    await Promise.resolve();
  };
}
