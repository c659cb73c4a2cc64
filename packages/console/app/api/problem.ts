/** What goes wrong with a request, as the person in front of the screen can be told. */

/** A problem document (RFC 9457) of the server. */
export type ProblemDocument = { title: string; status: number; detail: string; code: string; remedy: string; refusal?: string; field?: string; requestId?: string; permission?: string };

/** The server said no, and why. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument) {
    super(problem.detail);
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The case of the error, as review names it: `claim-lost`. */
  get refusal(): string {
    return this.problem.refusal ?? this.problem.code;
  }
}

/** No answer came: the network or the server is away. What was sent may or may not have arrived. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
}

/** There is no session any more. What was typed stays; after a new sign-in it can be sent. */
export class SessionEndedError extends Error {
  override name = 'SessionEndedError';
}

/** True where the same request may succeed in a moment without anybody doing anything. */
export function isPassing(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof ProblemError && (error.status >= 500 || error.status === 429));
}

/** Reads the problem of an answer; what is none (a proxy's page) becomes one. */
export async function readProblem(answer: Response): Promise<ProblemError> {
  const fallback: ProblemDocument = {
    title: 'The server did not answer as expected', status: answer.status, detail: `The answer was ${answer.status}.`, code: answer.status >= 500 ? 'unavailable' : 'unexpected', remedy: 'Try again shortly.',
  };
  try {
    const read = (await answer.json()) as Partial<ProblemDocument> | null;
    return new ProblemError(typeof read === 'object' && read !== null && typeof read.detail === 'string' ? { ...fallback, ...read } : fallback);
  } catch {
    return new ProblemError(fallback);
  }
}

export type Telling = { title: string; detail: string; remedy: string };

/** Any error in a title, a sentence and what to do. */
export function tellOf(error: unknown): Telling {
  if (error instanceof ProblemError) return { title: error.problem.title, detail: error.problem.detail, remedy: error.problem.remedy };
  if (error instanceof UnreachableError) return { title: 'No connection', detail: 'The server cannot be reached.', remedy: 'Try again once the connection is back.' };
  if (error instanceof SessionEndedError) return { title: 'You are signed out', detail: 'Your session has ended.', remedy: 'Sign in again; what you typed is kept.' };
  return { title: 'Something broke in this page', detail: error instanceof Error ? error.message : 'An unexpected error occurred.', remedy: 'Reload the page; drafts are kept.' };
}
