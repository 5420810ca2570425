import { scopeNames } from '../oauth/scope.ts';

/**
 * Step-ups for one and the same set of scopes before the answer is taken for a no (S3). With the sign-in before them a
 * person has been asked three times, which is as often as the official conformance suite lets a client ask.
 */
export const STEP_UPS_AT_MOST = 2;

/**
 * What a server asks for beyond what the login in use may do, and how often a sign-in was completed for it in vain.
 *
 * @see MCP specification, basic/authorization, "Step-Up Authorization Flow"
 */
export class StepUps {
  readonly #completed = new Map<string, number>();
  #asked: string | undefined;

  /** What the next sign-in asks for as well. */
  get asked(): string | undefined {
    return this.#asked;
  }

  /** False where it was asked for often enough. */
  ask(scope: string): boolean {
    const isOpen = (this.#completed.get(setOf(scope)) ?? 0) < STEP_UPS_AT_MOST;
    this.#asked = isOpen ? scope : undefined;
    return isOpen;
  }

  /** A sign-in was completed; when the server asks for the same again, it did not bring it. */
  completed(scope: string | undefined): void {
    if (scope !== undefined) this.#completed.set(setOf(scope), (this.#completed.get(setOf(scope)) ?? 0) + 1);
    this.#asked = undefined;
  }

  forget(): void {
    this.#completed.clear();
    this.#asked = undefined;
  }
}

function setOf(scope: string): string {
  return [...scopeNames(scope)].sort().join(' ');
}
