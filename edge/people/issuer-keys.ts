// The keys of an issuer: found by discovery, kept, and asked for again when a token names one that is not among them.
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import { type BoundedFetch, createBoundedFetch } from '../../protocol/gateway/bounded-fetch.ts';
import { parse } from '../../protocol/parse.ts';
import type { IssuerSettings } from '../people-config.ts';

/** Keys that were withdrawn count for so long at most. */
const keysLiveMs = 600_000;
/** Whoever shows tokens with keys nobody knows must not have the issuer asked more often. */
export const askAgainMs = 30_000;

const discovery = z.object({ jwks_uri: z.url({ protocol: /^https$/ }) });

export type IssuerKeys = JWTVerifyGetKey;

/**
 * @param ca PEM of the authorities of the issuer's certificate; null: the system's
 * @param onFault told each time that the issuer could not be asked
 */
export function createIssuerKeys(
  settings: Pick<IssuerSettings, 'issuer' | 'jwksUri'>,
  ca: string | null,
  onFault: (reason: string) => void,
  nowMs: () => number,
): IssuerKeys {
  const ask = withPauses(createBoundedFetch(ca), onFault, nowMs);
  let keys: Promise<JWTVerifyGetKey> | null = null;
  const open = async (): Promise<JWTVerifyGetKey> => {
    const uri = settings.jwksUri ?? (await discoverKeys(discoveryUrl(settings.issuer), ask));
    return createRemoteJWKSet(new URL(uri), {
      cacheMaxAge: keysLiveMs,
      cooldownDuration: askAgainMs,
      [customFetch]: ask,
    });
  };
  return async (header, token) => {
    keys ??= open();
    const found = await keys.catch((error: unknown) => {
      keys = null;
      throw error;
    });
    return found(header, token);
  };
}

/** Where Entra ID tells the keys of all its tenants. */
function discoveryUrl(issuer: string): string {
  const base = issuer.replace('{tenantid}', 'organizations').replace(/\/$/, '');
  return `${base}/.well-known/openid-configuration`;
}

async function discoverKeys(url: string, ask: BoundedFetch): Promise<string> {
  const answer = await ask(url, { method: 'GET', headers: { accept: 'application/json' } });
  if (answer.status !== 200) throw new OpenGsaError('upstream-failed', `${url}: answers ${answer.status}`);
  return parse(discovery, await answer.json(), url).jwks_uri;
}

/** After a question that failed nothing is asked for a while: sign-ins that pile up must not become a flood. */
function withPauses(ask: BoundedFetch, onFault: (reason: string) => void, nowMs: () => number): BoundedFetch {
  const pauseMs = 2000;
  let failedAt = -Infinity;
  return async (url, wish) => {
    if (nowMs() - failedAt < pauseMs)
      throw new OpenGsaError('too-busy', `${url}: did not answer a moment ago`);
    try {
      return await ask(url, wish);
    } catch (error) {
      failedAt = nowMs();
      onFault(`${url}: ${explain(error)}`);
      throw error;
    }
  };
}
