import { Fragment } from 'react';
import { Named } from '../../parts/names.tsx';

/** On whose word: by name, and by the id that is evidence. */
export function Signers({ signers }: { signers: readonly string[] }) {
  return signers.map((id, index) => <Fragment key={id}>{index > 0 && ' and '}<Named id={id} exactly /></Fragment>);
}
