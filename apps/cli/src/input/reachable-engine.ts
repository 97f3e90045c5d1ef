import { InputError, type RunConfig } from '@ace/config';

const patienceMs = 5_000;

/**
 * Refuses a policy engine of somebody else's at whose address nobody listens. Any answer will do: what the
 * server makes of a request without a key is its own affair.
 * @throws {@link InputError}
 */
export async function refuseUnreachableEngine({ engine }: RunConfig): Promise<void> {
  if (engine.kind === 'embedded') return;
  const health = new URL('/api/v1/healthz', engine.url);
  try {
    await fetch(health, { signal: AbortSignal.timeout(patienceMs) });
  } catch (error) {
    throw new InputError(
      `run config: engine.url: expected a server that answers, got no answer from "${engine.url}"`,
      { cause: error },
    );
  }
}
