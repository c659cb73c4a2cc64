import { describe, expect, test } from '@jest/globals';
import { readerType, viewType } from './view.ts';

const whole = readerType('DecisionAccepted');

describe('a view', () => {
  const fields = { eventId: true, proposed: { decisionId: true, output: { label: true }, attributes: true, subject: true } } as const;

  test('shows the fields asked for as the whole record has them', () => {
    const view = viewType('DecisionAccepted', fields);
    const resolver = view.createResolver(whole);
    for (let round = 0; round < 200; round += 1) {
      const bytes = whole.toBuffer(whole.random());
      const all = whole.fromBuffer(bytes) as Record<'eventId' | 'proposed', unknown> & { proposed: { decisionId: string; output: { label: string }; attributes: unknown; subject: unknown } };
      const { decisionId, output, attributes, subject } = all.proposed;
      expect(JSON.stringify(view.fromBuffer(bytes, resolver))).toBe(JSON.stringify({ eventId: all.eventId, proposed: { decisionId, output: { label: output.label }, attributes, subject } }));
    }
  });

  test('refuses bytes that are cut off anywhere, or go on', () => {
    const view = viewType('DecisionAccepted', { eventId: true });
    const resolver = view.createResolver(whole);
    const read = (value: Buffer): unknown => view.fromBuffer(value, resolver);
    const bytes = whole.toBuffer(whole.random());
    for (let length = 0; length < bytes.length; length += 1) expect(() => read(bytes.subarray(0, length))).toThrow();
    expect(() => read(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow();
  });

  test('names a field that is not there', () => {
    expect(() => viewType('DecisionAccepted', { evntId: true })).toThrow('DecisionAccepted has no field evntId.');
  });
});
