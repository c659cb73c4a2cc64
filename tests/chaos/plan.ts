import type { ServiceName } from '@countersign/contracts';
import { crashPoints, type CrashPoint } from '@countersign/kit';
import type { Restartable } from '../../packages/stack/src/infrastructure/infrastructure.ts';
import type { Armed } from './fleet.ts';
import type { Random } from './random.ts';

export type Plan = { points: Map<ServiceName, Armed[]>; services: ServiceName[]; infrastructure: Restartable[]; total: number };
export type PlanSize = { perPoint: number; brokerKills: number; postgresKills: number; total: number };

/** Where each crash point can be reached. */
const homes: Readonly<Record<CrashPoint, readonly ServiceName[]>> = {
  'intake.pinned': ['intake'], 'intake.produced': ['intake'], 'risk.produced': ['risk'], 'routing.produced': ['routing'], 'sampling.produced': ['sampling'],
  'sink.before-commit': ['audit', 'review', 'metrics', 'intake'], 'sink.committed': ['metrics', 'intake', 'audit', 'review'],
  'outbox.produced': ['risk', 'review'], 'outbox.marked': ['risk', 'review'],
  'review.claimed': ['review'], 'review.judged': ['review'], 'review.finalised': ['review'],
};
/** The process dies at the n-th pass: early for what people do, later for what every batch does. */
const passMax: Readonly<Record<CrashPoint, number>> = {
  'intake.pinned': 20, 'intake.produced': 20, 'risk.produced': 20, 'routing.produced': 20, 'sampling.produced': 20, 'sink.before-commit': 20, 'sink.committed': 20,
  'outbox.produced': 6, 'outbox.marked': 6, 'review.claimed': 4, 'review.judged': 4, 'review.finalised': 3,
};

/** Every crash point so often, spread over the services that have it; the rest at random: services, broker, Postgres. */
export function makePlan(random: Random, size: PlanSize): Plan {
  const points = new Map<ServiceName, Armed[]>();
  for (const point of crashPoints) {
    for (let index = 0; index < size.perPoint; index += 1) {
      const at = homes[point];
      const service = at[index % at.length];
      if (service === undefined) throw new RangeError(`Nobody has the crash point ${point}.`);
      // Risk publishes only when a policy changes.
      const pass = service === 'risk' && point.startsWith('outbox.') ? 1 : random.between(1, passMax[point]);
      points.set(service, [...(points.get(service) ?? []), { point, pass }]);
    }
  }
  for (const [service, armed] of points) points.set(service, random.shuffled(armed));
  const services: ServiceName[] = ['intake', 'risk', 'routing', 'sampling', 'review', 'audit', 'metrics'];
  const serviceKills = size.total - crashPoints.length * size.perPoint - size.brokerKills - size.postgresKills;
  const victims = Array.from({ length: serviceKills }, (_, index) => services[index % services.length] ?? 'intake');
  const infrastructure = [...Array.from({ length: size.brokerKills }, () => 'kafka' as const), ...Array.from({ length: size.postgresKills }, () => 'postgres' as const)];
  return { points, services: random.shuffled(victims), infrastructure: random.shuffled(infrastructure), total: size.total };
}
