import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '../..');

export type Alert = { alert: string; expr: string; for?: string; labels: { severity: string }; annotations: Record<string, string> };

/** Every alert of infra/prometheus/alerts.yml. */
export function readAlerts(): Alert[] {
  const { groups } = parse(readFileSync(join(root, 'infra/prometheus/alerts.yml'), 'utf8')) as { groups: Array<{ rules: Alert[] }> };
  return groups.flatMap(({ rules }) => rules);
}

type Dashboard = { uid: string; title: string; panels: Array<{ id: number; title: string; datasource: { uid: string }; targets: Array<{ expr: string }> }> };

export function readDashboards(): Array<Dashboard & { file: string }> {
  const folder = join(root, 'infra/grafana/dashboards');
  return readdirSync(folder).map((file) => ({ file, ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard) }));
}

/** One metric as an expression names it, with the labels it must have. */
export type Selector = { metric: string; labels: ReadonlyArray<readonly [string, string]> };

const words = new Set(['and', 'or', 'unless', 'by', 'without', 'on', 'ignoring', 'bool', 'offset', 'group_left', 'group_right']);

/** The selectors of a PromQL expression. Lists of labels, durations, texts and functions are not metrics. */
export function selectorsOf(expression: string): Selector[] {
  const bare = expression.replace(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ').replace(/\[[^\]]*\]/g, ' ');
  const found: Selector[] = [];
  for (const [, metric = '', braces = '', after] of bare.matchAll(/(?<![\w".{])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?\s*(\()?/g)) {
    if (after !== undefined || words.has(metric)) continue;
    found.push({ metric, labels: [...braces.matchAll(/(\w+)\s*=\s*"([^"]*)"/g)].map(([, name = '', value = '']) => [name, value] as const) });
  }
  return found;
}

/** Series in the Prometheus text format. */
export class Scrape {
  readonly #lines: readonly string[];

  constructor(text: string) {
    this.#lines = text.split('\n');
  }

  /** Names of metrics that are declared; a histogram declares three more. */
  names(): Set<string> {
    return new Set(this.#lines.flatMap((line) => {
      const [, name = '', kind] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
      return kind === undefined ? [] : kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    }));
  }

  /** Values of the series of a metric that have these labels. */
  values(metric: string, labels: ReadonlyArray<readonly [string, string]> = []): number[] {
    return this.#lines
      .filter((line) => (line.startsWith(`${metric}{`) || line.startsWith(`${metric} `)) && labels.every(([name, value]) => line.includes(`${name}="${value}"`)))
      .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
  }
}
