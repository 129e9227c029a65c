// Local inspection as the configuration asks for it: nothing unless a tenant restriction is set.
import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { OpenGsaError } from '../protocol/error.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import type { InspectFlow } from './core/flow.ts';
import { authorityFiles } from './inspection/authority-files.ts';
import { createInspector } from './inspection/inspector.ts';
import { createLeafCache } from './inspection/leaf-cache.ts';
import { parseCertificate } from './inspection/local-authority.ts';
import type { Log } from './log.ts';

const handshakeMs = 10_000;

/** @throws OpenGsaError `bad-config` where `upstreamCa` holds no certificate */
export async function openInspection(
  { tenantRestriction, upstreamCa }: AgentConfig['inspection'],
  stateDir: string,
  clock: Clock,
  log: Log,
): Promise<InspectFlow | null> {
  if (tenantRestriction === null) return null;
  const files = authorityFiles(stateDir);
  const authority = await files.readCertificate().catch(() => null);
  if (authority === null) {
    log.write(
      'warn',
      'sign-ins are refused until the inspection authority is made: opengsa inspection install',
    );
  }
  return createInspector({
    restriction: tenantRestriction,
    files,
    leaves: createLeafCache(clock.now),
    upstreamAuthorities: upstreamCa === null ? null : await withUsualAuthorities(upstreamCa),
    now: clock.now,
    handshakeMs,
  });
}

async function withUsualAuthorities(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new OpenGsaError('bad-config', `${file}: cannot be read (inspection.upstreamCa)`, { cause });
  });
  if (parseCertificate(text) === null) {
    throw new OpenGsaError('bad-config', `${file}: holds no certificate in PEM (inspection.upstreamCa)`);
  }
  return [...getCACertificates('default'), text].join('\n');
}
