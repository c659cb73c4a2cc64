import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { TestStack } from '../harness/stack.ts';
import { readAlerts, readDashboards, root, Scrape, selectorsOf } from './expressions.ts';

/** Made by Prometheus itself, or put on targets by its configuration. */
const madeByPrometheus = new Set(['up', 'ALERTS']);
const targetLabels = new Set(['job', 'instance', 'component', 'alertstate']);
const alerts = readAlerts();
const dashboards = readDashboards();
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

let stack: TestStack;
let scrape: Scrape;

beforeAll(async () => {
  stack = await TestStack.prepare();
  const { url } = await stack.start();
  scrape = new Scrape(await (await fetch(`${url}/metrics`)).text());
}, 120_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

test('selectors are found in an expression, and nothing else', () => {
  expect(selectorsOf('histogram_quantile(0.95, sum by (service, le) (rate(a_bucket{x="1", y="2"}[5m]))) > 2 and b offset 1d unless on (z) absent(c) == 45e6')).toEqual([
    { metric: 'a_bucket', labels: [['x', '1'], ['y', '2']] }, { metric: 'b', labels: [] }, { metric: 'c', labels: [] },
  ]);
});

describe('alerts', () => {
  test('each has its section in the runbook, and the reverse', () => {
    const sections = [...textOf('docs/runbook.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    expect(sections.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });

  test.each(alerts.map((alert) => [alert.alert, alert] as const))('%s says what is wrong, how bad, and where to read on', (name, { labels, annotations }) => {
    expect(labels.severity).toMatch(/^(warning|critical)$/);
    expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook_url', 'summary']);
    expect(annotations['summary']).toMatch(/\.$/);
    expect(annotations['description']).toMatch(/\.$/);
    expect(annotations['runbook_url']).toBe(`docs/runbook.md#${name.toLowerCase()}`);
  });

  test('each runbook section says what it means, what to look at and what to do', () => {
    for (const section of textOf('docs/runbook.md').split(/^## (?=\w+$)/m).slice(1)) {
      const [title] = section.split('\n');
      for (const part of ['**Means**: ', '**Look**: ', '**Do**: ']) expect([title, part, section.includes(part)]).toEqual([title, part, true]);
    }
  });

  test('each is tested, quiet and firing', () => {
    const { tests } = parse(textOf('infra/prometheus/alerts.test.yml')) as { tests: Array<{ alert_rule_test: Array<{ alertname: string; exp_alerts?: unknown[] }> }> };
    const cases = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
    for (const { alert } of alerts) {
      const own = cases.filter(({ alertname }) => alertname === alert);
      expect([alert, own.some(({ exp_alerts }) => exp_alerts !== undefined), own.some(({ exp_alerts }) => exp_alerts === undefined)]).toEqual([alert, true, true]);
    }
  });
});

const expressions = [
  ...alerts.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
  ...dashboards.flatMap(({ file, panels }) => panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [`${file}, ${title}`, expr] as const))),
];

describe('metrics', () => {
  test.each(expressions)('%s asks only for what is exposed', (_place, expression) => {
    const selectors = selectorsOf(expression).filter(({ metric }) => !madeByPrometheus.has(metric));
    const names = scrape.names();
    for (const { metric, labels } of selectors) {
      expect([metric, names.has(metric)]).toEqual([metric, true]);
      const own = labels.filter(([name]) => !targetLabels.has(name));
      if (own.length > 0) expect([metric, own, scrape.values(metric, own).length > 0]).toEqual([metric, own, true]);
    }
    expect(selectorsOf(expression)).not.toEqual([]);
  });
});

describe('what Grafana and Prometheus are given', () => {
  test('panels are numbered once and ask the data source that is provisioned', () => {
    const { datasources } = parse(textOf('infra/grafana/provisioning/datasources/countersign.yml')) as { datasources: Array<{ uid: string }> };
    const known = datasources.map(({ uid }) => uid);
    for (const { panels } of dashboards) {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      for (const { datasource } of panels) expect(known).toContain(datasource.uid);
    }
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
  });

  test('Prometheus scrapes every instance of every service of the compose file, and is alerted where a service has none', () => {
    const prometheus = parse(textOf('infra/prometheus/prometheus.yml')) as { scrape_configs: Array<{ job_name: string; dns_sd_configs?: Array<{ names: string[]; port: number }>; relabel_configs?: Array<{ source_labels: string[]; target_label: string }> }> };
    const { services } = parse(textOf('docker-compose.yml'), { merge: true }) as { services: Record<string, { command?: string[] }> };
    const ours = Object.entries(services).filter(([, { command }]) => command?.[1]?.startsWith('services/') === true).map(([name]) => name).sort();
    const scraped = prometheus.scrape_configs.find(({ job_name }) => job_name === 'countersign');
    expect(ours).toHaveLength(7);
    expect(scraped?.dns_sd_configs?.flatMap(({ names }) => names).sort()).toEqual(ours);
    expect(scraped?.dns_sd_configs?.map(({ port }) => port)).toEqual([8080]);
    expect(scraped?.relabel_configs).toEqual([{ source_labels: ['__meta_dns_name'], target_label: 'component' }]);
    const missed = selectorsOf(alerts.find(({ alert }) => alert === 'ServiceDown')?.expr ?? '').flatMap(({ labels }) => labels.filter(([name]) => name === 'component').map(([, value]) => value));
    expect(missed.sort()).toEqual(ours);
  });

  test('every service of the compose file that stays up has a health check and comes back', () => {
    const { services } = parse(textOf('docker-compose.yml'), { merge: true }) as { services: Record<string, { healthcheck?: unknown; restart?: string; ports?: string[] }> };
    for (const [name, { healthcheck, restart, ports }] of Object.entries(services)) {
      if (!['secrets', 'databases', 'setup'].includes(name)) expect([name, healthcheck !== undefined, restart]).toEqual([name, true, 'unless-stopped']);
      for (const port of ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });
});
