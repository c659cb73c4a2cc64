export { openWitnessKey, type WitnessKey } from './key.ts';
export { fileCheckpoints, httpLog, UnavailableError, type LogSource } from './source.ts';
export { readStatements, StatementFile, type Alarm, type AlarmKind, type Statement } from './statements.ts';
export { Witness, type Observation } from './witness.ts';
