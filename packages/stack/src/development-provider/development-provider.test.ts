import { expect, test } from '@jest/globals';
import { roles } from '@countersign/kit';
import { memoryStorage } from './memory.ts';
import { pagePolicy, pickingPage } from './page.ts';
import { seededPeople } from './people.ts';
import { createDevelopmentProvider } from './provider.ts';
import { developmentSignIn } from '../embedded/sign-in.ts';

test('does not start in production', async () => {
  expect(() => createDevelopmentProvider({ origin: 'https://desk.example', environment: 'production', people: seededPeople })).toThrow('does not start in production');
  await expect(developmentSignIn({ httpHost: '127.0.0.1', httpPort: 0, environment: 'production' })).rejects.toThrow('does not start in production');
});

test('has somebody for every role a person can have, and enough where several are needed', () => {
  const count = (role: string) => seededPeople.filter((person) => (person.roles as readonly string[]).includes(role)).length;
  expect(roles.filter((role) => role !== 'pipeline' && count(role) === 0)).toEqual([]);
  expect([seededPeople.filter(({ roles: [first] }) => first === 'reviewer').length >= 3, count('senior') >= 2, count('privacy-officer')]).toEqual([true, true, 2]);
  expect(new Set(seededPeople.map(({ personId }) => personId)).size).toBe(seededPeople.length);
});

test('has a page without script, which says what it is', () => {
  const html = pickingPage(seededPeople, '/dev-oidc/sign-in/x"><script>');
  expect(html).toContain('For development only.');
  expect(html).not.toContain('<script');
  for (const { personId, name } of seededPeople) expect(html).toContain(`value="${personId}"><strong>${name}</strong>`);
  expect(pagePolicy.contentSecurityPolicy.directives['style-src']?.[0]).toMatch(/^'sha256-/);
});

test('forgets what expired, and the oldest when there is too much', async () => {
  const storage = memoryStorage();
  const sessions = storage('Session');
  await sessions.upsert('a', { uid: 'one' }, -1);
  expect([await sessions.find('a'), await sessions.findByUid('one')]).toEqual([undefined, undefined]);
  await sessions.upsert('first', { uid: 'two' }, 60);
  expect(await sessions.findByUid('two')).toEqual({ uid: 'two' });
  expect(await storage('Grant').find('first')).toBeUndefined();
  for (let index = 0; index < 5000; index += 1) await sessions.upsert(`s${index}`, { uid: `u${index}` }, 60);
  expect(await sessions.find('first')).toBeUndefined();
  await sessions.consume('s4999');
  expect(await sessions.find('s4999')).toMatchObject({ consumed: expect.any(Number) });
  await sessions.destroy('s4999');
  expect(await sessions.find('s4999')).toBeUndefined();
});
