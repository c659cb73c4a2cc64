import { migrations as audit, startAudit } from '@countersign/audit';
import type { ServiceName } from '@countersign/contracts';
import { migrations as intake, startIntake } from '@countersign/intake';
import type { Migrations, ServiceContext, StartedService } from '@countersign/kit';
import { migrations as metrics, startMetrics } from '@countersign/metrics';
import { migrations as review, startReview } from '@countersign/review';
import { migrations as risk, startRisk } from '@countersign/risk';
import { startRouting } from '@countersign/routing';
import { migrations as sampling, startSampling } from '@countersign/sampling';

type Start<S extends ServiceName> = (context: ServiceContext<S>, env: NodeJS.ProcessEnv) => Promise<StartedService>;

/** How each service starts; the only list of them. */
export const starters: { readonly [S in ServiceName]: Start<S> } = {
  intake: startIntake, risk: startRisk, routing: startRouting, sampling: startSampling, review: startReview, audit: startAudit, metrics: startMetrics,
};

/** The schemas in Postgres; routing stores nothing. */
export const serviceMigrations: { readonly [S in ServiceName]?: Migrations } = { intake, risk, sampling, review, audit, metrics };
