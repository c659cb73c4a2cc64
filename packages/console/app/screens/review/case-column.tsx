/** The case itself: every part of it, the attributes, and what was decided about the same subject before. */

import type { CasePart, Presentation, Proposal } from '../../api/contract.ts';
import { PartContent } from '../../content/part-content.tsx';
import { SafeLink } from '../../content/safe-link.tsx';
import { stateOfPart } from './case-part.ts';
import { Attributes, Earlier } from './proposal/facts.tsx';
import { Panel } from './proposal/panel.tsx';
import classes from './review.module.css';

export function CaseColumn({ presentation }: { presentation: Presentation }) {
  return <div className={classes.column} role="region" aria-label="The case" tabIndex={0}><CasePanels presentation={presentation} /></div>;
}

/** The same without its place on the desk: the record shows it as it was seen. */
export function CasePanels({ presentation: { case: { parts }, proposal, earlier } }: { presentation: Pick<Presentation, 'case' | 'earlier'> & { proposal?: Pick<Proposal, 'attributes'> } }) {
  const attributes = proposal?.attributes ?? {};
  return (
    <>
      {parts.map((part, index) => <Panel key={index} title={part.name} aside={part.mediaType}><Part part={part} /></Panel>)}
      {Object.keys(attributes).length > 0 && <Panel title="Attributes"><Attributes attributes={attributes} /></Panel>}
      {earlier !== undefined && earlier.length > 0 && <Panel title="Earlier decisions about the same subject"><Earlier earlier={earlier} /></Panel>}
    </>
  );
}

function Part({ part }: { part: CasePart }) {
  const stands = stateOfPart(part);
  switch (stands.state) {
    case 'content':
      return <PartContent name={part.name} part={part} />;
    case 'missing':
      return <p className={classes.missing}>This part could not be fetched and verified, so that it is not shown. Approval is refused while it is missing. {stands.uri !== null && <SafeLink uri={stands.uri}>{stands.uri}</SafeLink>}</p>;
    case 'linked':
      return <p className={classes.linked}>Linked, and not fetched for this page. <SafeLink uri={stands.uri}>{stands.uri}</SafeLink>{stands.sha256 !== null && <> SHA-256 <code>{stands.sha256}</code></>}</p>;
    default:
      return stands satisfies never;
  }
}
