import { readdirSync } from 'node:fs';
import { Child } from './child.ts';

/** Apicurio with its schemas in Postgres: ids survive a restart. */
export async function startRegistry(options: { java: string; folder: string; port: number; database: { host: string; port: number; user: string; password: string; name: string }; logFile: string }): Promise<Child> {
  const jar = readdirSync(options.folder).find((name) => name.endsWith('-runner.jar')) ?? 'runner.jar';
  const { database } = options;
  const registry = new Child({
    name: 'The schema registry', command: options.java, cwd: options.folder, logFile: options.logFile,
    args: ['-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Dquarkus.http.host=127.0.0.1`, `-Dquarkus.http.port=${options.port}`, '-Dquarkus.log.level=WARN', '-Dquarkus.log.category."io.quarkus".level=INFO', '-jar', jar],
    env: {
      APICURIO_STORAGE_KIND: 'sql', APICURIO_STORAGE_SQL_KIND: 'postgresql',
      APICURIO_DATASOURCE_URL: `jdbc:postgresql://${database.host}:${database.port}/${database.name}`,
      APICURIO_DATASOURCE_USERNAME: database.user, APICURIO_DATASOURCE_PASSWORD: database.password,
    },
  });
  const url = registryUrl(options.port);
  // Somebody else may listen on the port, another registry too: it is ours once it says so itself.
  await registry.waitFor(async () => registry.said().includes(`Listening on: http://127.0.0.1:${options.port}`) && (await fetch(`${url}/subjects`)).ok, 60_000);
  return registry;
}

export function registryUrl(port: number): string {
  return `http://127.0.0.1:${port}/apis/ccompat/v7`;
}
