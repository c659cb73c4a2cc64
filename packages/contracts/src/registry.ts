/** A registry that does not answer as it should; `status` is null when it could not be reached, `errorCode` is the registry's own. */
export class RegistryError extends Error {
  override name = 'RegistryError';
  readonly status: number | null;
  readonly errorCode: number | null;
  constructor(message: string, status: number | null, { cause, errorCode = null }: { cause?: unknown; errorCode?: number | null } = {}) {
    super(message, { cause });
    this.status = status;
    this.errorCode = errorCode;
  }
}

const schemaNotFound = 40403;
/** Timeout and too many requests: the registry, or a proxy before it, is busy. */
const passingStatuses = [408, 429];

const attemptsMax = 5;
const firstWaitMs = 100;

/**
 * The four calls we need of a Confluent-compatible schema registry (`GET /schemas/ids/{id}`, `POST
 * /subjects/{subject}/versions`, `PUT /config/{subject}`, `POST /compatibility/...`). Repeats what failed on the way,
 * with a 5xx, or for being too busy, five times at the most; any other 4xx is final.
 */
export class SchemaRegistry {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** A user and a password in the URL, percent-encoded, go into the header of each request, and into no message. */
  constructor(url: string) {
    const { address, user } = partsOf(url);
    this.#url = address.replace(/\/$/, '');
    this.#headers = { 'content-type': 'application/vnd.schemaregistry.v1+json', ...(user === ':' ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` }) };
  }

  /** Registers a schema, or finds it when it is there, and returns its id. 409: incompatible with what is there. */
  async register(subject: string, schema: object): Promise<number> {
    const answer = await this.#call('POST', `/subjects/${encodeURIComponent(subject)}/versions`, {
      schema: JSON.stringify(schema),
      schemaType: 'AVRO',
    });
    return (answer as { id: number }).id;
  }

  /**
   * The text of a schema; undefined where the registry says that it has none. That is its error code and not the status: a proxy, or a path that
   * is wrong, answers 404 too.
   */
  async schemaById(id: number): Promise<string | undefined> {
    const path = `/schemas/ids/${id}`;
    try {
      const answer = (await this.#call('GET', path)) as { schema?: unknown } | null;
      if (typeof answer?.schema === 'string') return answer.schema;
    } catch (error) {
      if (error instanceof RegistryError && error.status === 404 && error.errorCode === schemaNotFound) return undefined;
      throw error;
    }
    throw new RegistryError(`The schema registry answered GET ${path} without a schema.`, 200);
  }

  async setCompatibility(subject: string, level: 'FULL_TRANSITIVE' | 'BACKWARD_TRANSITIVE'): Promise<void> {
    await this.#call('PUT', `/config/${encodeURIComponent(subject)}`, { compatibility: level });
  }

  async isCompatible(subject: string, schema: object): Promise<boolean> {
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions/latest`;
    const answer = await this.#call('POST', path, { schema: JSON.stringify(schema), schemaType: 'AVRO' });
    return (answer as { is_compatible: boolean }).is_compatible;
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    let failure: RegistryError | null = null;
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, firstWaitMs * 2 ** attempt));
      const answer = await this.#once(method, path, body);
      if (!(answer instanceof RegistryError)) return answer.json;
      if (answer.status !== null && answer.status < 500 && !passingStatuses.includes(answer.status)) throw answer;
      failure = answer;
    }
    throw failure ?? new RegistryError('The schema registry gave no answer.', null);
  }

  async #once(method: string, path: string, body?: object): Promise<{ json: unknown } | RegistryError> {
    const url = `${this.#url}${path}`;
    try {
      const response = await fetch(url, {
        method,
        headers: this.#headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      });
      const text = await response.text();
      if (!response.ok) return new RegistryError(`The schema registry refused ${method} ${path}: ${text.slice(0, 500)}`, response.status, { errorCode: errorCodeOf(text) });
      return { json: text === '' ? null : (JSON.parse(text) as unknown) };
    } catch (error) {
      return new RegistryError(`The schema registry at ${this.#url} cannot be reached: is it running?`, null, { cause: error });
    }
  }
}

/** Without the cause of a failure, which shows the whole URL. */
function partsOf(url: string): { address: string; user: string } {
  try {
    const address = new URL(url);
    const user = [address.username, address.password].map(decodeURIComponent).join(':');
    Object.assign(address, { username: '', password: '' });
    return { address: address.href, user };
  } catch {
    throw new RegistryError('The URL of the schema registry is none, or the user and password in it are not percent-encoded.', null);
  }
}

function errorCodeOf(text: string): number | null {
  try {
    return (JSON.parse(text) as { error_code?: number } | null)?.error_code ?? null;
  } catch {
    return null;
  }
}
