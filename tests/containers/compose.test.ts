import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commonSettings } from '@countersign/kit';
import { until } from '../harness/stack.ts';
import { Deployment } from '../e2e/deployment.ts';
import { exampleScenarios } from '../e2e/scenarios/examples.ts';
import { hostileScenarios } from '../e2e/scenarios/hostile.ts';
import { readAlerts } from '../operations/expressions.ts';
import { ComposeStack, root, type Inspected } from './compose.ts';

const services = ['intake', 'risk', 'routing', 'sampling', 'review', 'audit', 'metrics'];
const errorsShownMax = 40;

let stack: ComposeStack;
let deployment: Deployment;
let url: string;

beforeAll(async () => {
  stack = await ComposeStack.up();
  url = `http://${stack.address('proxy', 8080)}`;
  deployment = await Deployment.connect({
    url, brokers: [stack.address('kafka', 19092)], registry: `http://${stack.address('registry', 8080)}/apis/ccompat/v7`, topicPrefix: 'countersign.', token: (person, role) => stack.token(person, role),
  });
}, 900_000);

afterAll(async () => {
  // The containers are about to go: what they say of errors is all that is left to explain a failure.
  const errors = (stack as ComposeStack | undefined)?.compose('logs', '--no-color', ...services).split('\n').filter((line) => /"level":[56]0/.test(line)) ?? [];
  process.stderr.write(errors.slice(-errorsShownMax).map((line) => `${line}\n`).join(''));
  await (deployment as Deployment | undefined)?.[Symbol.asyncDispose]();
  await (stack as ComposeStack | undefined)?.[Symbol.asyncDispose]();
}, 180_000);

type Rule = { name: string; state: string; alerts: Array<{ state: string; labels: Record<string, string> }> };

async function askPrometheus<T>(path: string): Promise<T> {
  return ((await (await fetch(`http://${stack.address('prometheus', 9090)}/api/v1/${path}`)).json()) as { data: T }).data;
}

async function rules(): Promise<Rule[]> {
  return (await askPrometheus<{ groups: Array<{ rules: Rule[] }> }>('rules')).groups.flatMap((group) => group.rules);
}

/** Alerts that fire, each with the service it names. */
async function firing(): Promise<string[]> {
  return (await rules()).flatMap(({ name, alerts }) => alerts.filter(({ state }) => state === 'firing').map(({ labels }) => [name, labels['component'] ?? labels['service']].filter((part) => part !== undefined).join(' ')));
}

const nameOf = ({ Config }: Inspected) => Config.Labels['com.docker.compose.service'] ?? '';

describe('the compose file', () => {
  test('everything that stays up is healthy, what runs once ended well', () => {
    const states = Object.fromEntries(stack.inspect().map((container) => [nameOf(container), container.State.Health?.Status ?? `ended ${container.State.ExitCode}`]));
    expect(states).toEqual({
      databases: 'ended 0', setup: 'ended 0', ...Object.fromEntries([...services, 'kafka', 'registry', 'postgres', 'vault', 'proxy', 'prometheus'].map((name) => [name, 'healthy'])),
    });
  });

  test('ports are published on loopback only, and only those that are meant to be', () => {
    const published = stack.inspect().flatMap((container) => Object.entries(container.NetworkSettings.Ports).flatMap(([port, bindings]) => (bindings ?? []).map(({ HostIp }) => `${nameOf(container)} ${port} ${HostIp}`)));
    expect(published.sort()).toEqual(['kafka 19092/tcp 127.0.0.1', 'prometheus 9090/tcp 127.0.0.1', 'proxy 8080/tcp 127.0.0.1', 'registry 8080/tcp 127.0.0.1']);
  });

  test('no secret stands in the environment of a container', () => {
    const folder = join(stack.home, 'secrets');
    const secrets = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8').trim()).filter((secret) => secret !== '');
    expect(secrets.length).toBeGreaterThan(5);
    for (const container of stack.inspect()) for (const secret of secrets) expect([nameOf(container), container.Config.Env.some((entry) => entry.includes(secret))]).toEqual([nameOf(container), false]);
  });

  test('the proxy shows the API and its reference, and nothing from inside', async () => {
    for (const path of ['/metrics', '/readyz', '/openapi.json', '/v1/nothing', '/dev-oidc/auth']) expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
    for (const path of ['/', '/v1/session', '/.well-known/jwks.json']) expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 200]);
    const page = await fetch(`${url}/docs/review`);
    expect(new URL(page.url).pathname).toBe('/docs/review/');
    const named = /"(\/openapi\/[^"]*)"/.exec(await page.text())?.[1];
    const { paths } = (await (await fetch(`${url}${named}`)).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(paths)).toContain('/v1/reviews/claims');
    expect((await fetch(`${url}/docs/review/js/scalar.js`)).status).toBe(200);
  });

  test('Postgres has a connection for everybody who may ask for one', () => {
    const ask = (text: string) => stack.compose('exec', '-T', 'postgres', 'sh', '-c', `PGPASSWORD=$(cat /run/secrets/postgres_password) psql -h 127.0.0.1 -U postgres -Atc "${text}"`).trim();
    expect(Number(ask("select count(*) from pg_stat_activity where usename = 'registry'"))).toBeLessThanOrEqual(10);
    // Each service its pool and at most four for the vault, then the registry and the BI role.
    const most = services.length * (Number(commonSettings.databasePoolMax.default) + 4) + 10 + 10;
    expect(Number(ask('show max_connections')) - Number(ask('show superuser_reserved_connections'))).toBeGreaterThan(1.5 * most);
  });

  test('commands run in the containers, on this deployment', () => {
    const inside = (service: string, ...args: string[]) => stack.compose('run', '--rm', '--no-deps', '-T', service, 'countersign', ...args);
    expect(inside('metrics', 'metrics', 'rebuild')).toContain('Rebuilt from');
    expect(inside('metrics', 'dead-letters', 'list')).toMatch(/^\d+ dead letters$/m);
    expect(inside('secrets', 'sampling', 'rotate-key', '--file', '/home/countersign/secrets/sampling-keys.json', '--starts-in', '24h')).toContain('Key k2 becomes valid');
  }, 120_000);

  test('keys of content are on a server of their own', () => {
    const databases = (service: string) => stack.compose('exec', '-T', service, 'sh', '-c', 'PGPASSWORD=$(cat /run/secrets/postgres_password) psql -h 127.0.0.1 -U postgres -Atc "select datname from pg_database where datname like \'countersign%\'"').trim();
    expect([databases('postgres'), databases('vault')]).toEqual(['countersign', 'countersign_vault']);
  });

  test('a token of the command line is trusted', async () => {
    const token = stack.compose('run', '--rm', '--no-deps', '-T', 'secrets', 'countersign', 'token', '--as', 'olga', '--role', 'auditor').trim();
    expect((await fetch(`${url}/v1/audit/events`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect((await fetch(`${url}/v1/audit/events`)).status).toBe(401);
  });

  test('Prometheus reaches every service, has every alert, and none fires', async () => {
    const up = await until('all targets up', async () => {
      const { activeTargets } = await askPrometheus<{ activeTargets: Array<{ health: string; labels: { component?: string } }> }>('targets');
      const names = activeTargets.filter(({ health }) => health === 'up').flatMap(({ labels }) => labels.component ?? []);
      return names.length === services.length ? names : undefined;
    }, 60_000);
    expect(up.sort()).toEqual([...services].sort());
    expect((await rules()).map(({ name }) => name).sort()).toEqual(readAlerts().map(({ alert }) => alert).sort());
    await until('no alert', async () => ((await firing()).length === 0 ? true : undefined), 120_000);
  }, 200_000);
});

exampleScenarios(() => deployment);
hostileScenarios(() => deployment);

describe('stopping', () => {
  test('a service that is stopped ends well, alerts say so, and it goes on where it was', async () => {
    stack.compose('stop', 'risk');
    expect(stack.inspect().find((container) => nameOf(container) === 'risk')?.State).toMatchObject({ Status: 'exited', ExitCode: 0 });
    const decision = JSON.parse(readFileSync(join(root, 'examples/recorded/digits.routing.jsonl'), 'utf8').split('\n')[400] ?? '') as { system: string; decisionId: string };
    expect((await deployment.call('pipe', 'pipeline', 'POST', '/v1/decisions', { ...decision, decisionId: 'while-risk-was-away', confidence: 0.99 })).status).toBe(202);
    await until('alerts on the service and on the decision that waits for it', async () => {
      const names = await firing();
      return names.includes('ServiceDown risk') && names.some((name) => name.startsWith('DecisionsStranded')) ? true : undefined;
    }, 300_000);
    stack.compose('start', 'risk');
    await until('a route', async () => {
      const timeline = await deployment.call('olga', 'auditor', 'GET', `/v1/audit/decisions/${decision.system}/while-risk-was-away`);
      return ((timeline.json['events'] ?? []) as Array<{ record: string }>).some(({ record }) => record === 'DecisionRouted') ? true : undefined;
    }, 90_000);
    // What the hostile input left in dead.letters is told of for a quarter of an hour.
    await until('no other alert any more', async () => ((await firing()).every((name) => name.startsWith('DeadLetters')) ? true : undefined), 200_000);
  }, 700_000);

  test('through all of this no service restarted', () => {
    expect(stack.inspect().filter(({ RestartCount }) => RestartCount > 0).map(nameOf)).toEqual([]);
  });
});
