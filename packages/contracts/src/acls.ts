import { serviceNames, topology, type Party, type TopicDefinition } from './topology.ts';

/** One right of one principal, as `User:` and its name. A name that is `prefixed` stands for all that begin with it. */
export type AclEntry = {
  principal: string;
  operation: 'Read' | 'Write' | 'Create' | 'Describe' | 'DescribeConfigs' | 'IdempotentWrite';
  resource: { kind: 'topic' | 'group'; name: string; prefixed: boolean } | { kind: 'cluster' };
};
type Right = Omit<AclEntry, 'principal'>;

const topics = Object.entries(topology) as Array<[string, TopicDefinition]>;
const isService = (party: Party) => (serviceNames as readonly Party[]).includes(party);
/** What the command line reads to know what died, what was sent again since, and what was erased. */
const deadLetterTopics = ['dead.letters', 'decisions.erased', 'governance.recorded'];

/** What each service, and everybody else who connects, may do. `tests/security/kafka.test.ts` runs them all under it. */
export function aclEntries(topicPrefix: string): AclEntry[] {
  const nameOf = (topic: string) => `${topicPrefix}${topic}.v1`;
  const onTopic = (operation: AclEntry['operation'], topic: string): Right => ({ operation, resource: { kind: 'topic', name: nameOf(topic), prefixed: false } });
  const onAllTopics = (operation: AclEntry['operation']): Right => ({ operation, resource: { kind: 'topic', name: topicPrefix, prefixed: true } });
  const joining = (prefix: string): Right => ({ operation: 'Read', resource: { kind: 'group', name: prefix, prefixed: true } });
  // Whoever reads a topic whole does so in a group of its own each time, named after the client.
  const readingWhole = (client: string) => joining(`${client}-whole-`);
  const writing: Right = { operation: 'IdempotentWrite', resource: { kind: 'cluster' } };
  const as = (name: string, rights: readonly Right[]): AclEntry[] => rights.map((right) => ({ principal: `countersign-${name}`, ...right }));
  const rightsOf = (party: Party): Right[] => {
    const written = topics.filter(([, topic]) => topic.writers.includes(party)).map(([name]) => onTopic('Write', name));
    const wholeTopics = topics.some(([, topic]) => topic.retentionMs < 0 && topic.readers.includes(party));
    return [
      ...written, ...topics.filter(([, topic]) => topic.readers.includes(party)).map(([name]) => onTopic('Read', name)),
      joining(`${topicPrefix}${party}`),
      // The client for pipelines follows verdicts in such a group, under a name that they may change.
      ...(party === 'pipeline' ? [readingWhole('countersign-client')] : wholeTopics ? [readingWhole(`countersign-${party}`)] : []),
      ...(written.length > 0 ? [writing] : []),
    ];
  };
  const parties = new Set(topics.flatMap(([, topic]) => [...topic.writers, ...topic.readers]));
  return [
    ...[...parties].sort().flatMap((party) => as(party, rightsOf(party))),
    // What died is sent back to where some service reads.
    ...as('cli', [
      ...topics.filter(([, topic]) => topic.readers.some(isService)).map(([name]) => onTopic('Write', name)),
      ...deadLetterTopics.map((name) => onTopic('Read', name)), readingWhole('countersign-cli'), writing,
    ]),
    ...as('setup', [onAllTopics('Create'), onAllTopics('Describe'), onAllTopics('DescribeConfigs')]),
  ];
}
