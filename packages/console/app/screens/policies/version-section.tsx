/** One version: what it changed, or its whole text. */

import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { exactly } from '../../parts/exactly.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/page.tsx';
import { useApi } from '../../runtime.tsx';
import classes from './screen.module.css';
import { diffLines, shortVersion, versionBefore } from './versions.ts';
import type { DiffLine, PolicyVersion } from './versions.ts';

export function VersionSection({ type, version, versions }: { type: string; version: string; versions: readonly PolicyVersion[] }) {
  const { shown } = useSearch({ from: '/inside/policies' });
  const before = versionBefore(versions, version);
  const whole = shown === 'text' || before === undefined;
  return (
    <Section
      title={`Version ${shortVersion(version)}`}
      aside={before !== undefined && (
        <div className={classes.filters} role="group" aria-label="Show">
          <Link to="/policies" search={{ type, version }} resetScroll={false} className={classes.filter} aria-current={whole ? undefined : 'true'} activeProps={{}} activeOptions={exactly}>Changes since {shortVersion(before.version)}</Link>
          <Link to="/policies" search={{ type, version, shown: 'text' }} resetScroll={false} className={classes.filter} aria-current={whole ? 'true' : undefined} activeProps={{}} activeOptions={exactly}>Whole text</Link>
        </div>
      )}
    >
      {whole ? <Text version={version} /> : <Changes from={before.version} to={version} />}
    </Section>
  );
}

function Text({ version }: { version: string }) {
  const api = useApi();
  const read = useQuery({ queryKey: ['policies', 'version', version], queryFn: () => api.call<{ text: string }>({ method: 'GET', path: `/v1/policies/versions/${encodeURIComponent(version)}` }), staleTime: Infinity });
  return <Loaded query={read} label="the text" rows={8}>{({ text }) => <pre className={classes.text} tabIndex={0} aria-label="Text of the policy">{text}</pre>}</Loaded>;
}

const marks: Readonly<Record<DiffLine['kind'], string>> = { added: '+', removed: '−', same: ' ', place: '' };
const spoken: Readonly<Record<DiffLine['kind'], string>> = { added: 'added: ', removed: 'removed: ', same: '', place: '' };

function Changes({ from, to }: { from: string; to: string }) {
  const api = useApi();
  const diff = useQuery({ queryKey: ['policies', 'diff', from, to], queryFn: async () => diffLines((await api.call<{ patch: string }>({ method: 'GET', path: '/v1/policies/diff', query: { from, to } })).patch), staleTime: Infinity });
  return (
    <Loaded query={diff} label="what changed" rows={8}>
      {(lines) => (lines.length === 0 ? <p className={classes.none}>The texts are the same.</p> : (
        <div className={classes.text} tabIndex={0} role="group" aria-label="What changed">
          {lines.map(({ kind, text }, index) => (
            <div key={index} className={classes.line} data-kind={kind}>
              <span aria-hidden="true" className={classes.mark}>{marks[kind]}</span>
              <span><span className="visually-hidden">{spoken[kind]}</span>{text}</span>
            </div>
          ))}
        </div>
      ))}
    </Loaded>
  );
}
