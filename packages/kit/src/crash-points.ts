/** Every place between two effects where chaos tests kill a process. */
export const crashPoints = [
  'intake.pinned', 'intake.produced', 'risk.produced', 'routing.produced', 'sampling.produced',
  'sink.before-commit', 'sink.committed', 'outbox.produced', 'outbox.marked',
  'review.claimed', 'review.judged', 'review.finalised',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

const armed = process.env['COUNTERSIGN_ENVIRONMENT'] === 'development' ? (process.env['COUNTERSIGN_CRASH_POINT'] ?? '') : '';
const [armedName, armedCount = '1'] = armed.split(':');
let passes = 0;

/** Dies as if the power of this process were cut, when `COUNTERSIGN_CRASH_POINT=name[:nth pass]` names this place. Development only. */
export function crashPoint(name: CrashPoint): void {
  if (name !== armedName) return;
  passes += 1;
  if (passes === Number(armedCount)) process.kill(process.pid, 'SIGKILL');
}
