// Renews the device's certificate at two thirds of its life, over the tunnel, while flows go on.
import { X509Certificate } from 'node:crypto';
import { enrollmentError, renewAnswer, renewPath } from '../protocol/enrollment.ts';
import { explain, OpenGsaError } from '../protocol/error.ts';
import { parse } from '../protocol/parse.ts';
import type { Clock, Timer } from './clock.ts';
import { renewalPause, renewalTime } from './core/renewal-time.ts';
import { renewalKey, replaceCertificate } from './enrollment/device-directory.ts';
import { certificateRequest, isCertificateOf, makeDeviceKey } from './enrollment/key-request.ts';
import type { Log } from './log.ts';
import { type Credentials, readCredentials } from './tunnel/credentials.ts';
import type { LiveCredentials } from './tunnel/live-credentials.ts';
import type { Tunnel } from './tunnel/tunnel.ts';

export type RenewalSetup = {
  readonly directory: string;
  readonly credentials: LiveCredentials;
  /** Asks the connected edge. */
  readonly ask: Tunnel['ask'];
  /** Resolves when an edge takes a connection with these; else rejects. */
  readonly prove: (next: Credentials) => Promise<void>;
  /** The credentials are others: connections that are made from now on use them. */
  readonly renewed: () => void;
  readonly clock: Clock;
  readonly log: Log;
};

/** The clock may be set meanwhile, and a suspended machine counts no time. */
const longestWaitMs = 3_600_000;

export function startRenewal(setup: RenewalSetup): { readonly stop: () => void } {
  const { credentials, clock, log } = setup;
  let timer: Timer | null = null;
  let stopped = false;
  const wait = (ms: number): void => {
    if (!stopped) timer = clock.setTimer(() => void look(), Math.min(Math.max(0, ms), longestWaitMs));
  };
  const look = async (): Promise<void> => {
    const { from, to } = lifeOf(credentials.view);
    const due = renewalTime({ from, to });
    if (clock.now() < due) {
      wait(due - clock.now());
      return;
    }
    try {
      await renew(setup);
      log.write(
        'info',
        'certificate renewed',
        {},
        { until: new Date(lifeOf(credentials.view).to).toISOString() },
      );
      wait(0);
    } catch (error) {
      log.write(
        'warn',
        'certificate not renewed',
        {},
        { reason: explain(error), until: new Date(to).toISOString() },
      );
      wait(renewalPause(clock.now(), to));
    }
  };
  wait(0);
  return {
    stop: () => {
      stopped = true;
      timer?.cancel();
    },
  };
}

/** The files before stay as they are until an edge has taken a connection with what replaces them. */
async function renew({ directory, credentials, ask, prove, renewed }: RenewalSetup): Promise<void> {
  const { authority } = credentials.view;
  const key = await renewalKey(directory, makeDeviceKey);
  const question = { version: 1, request: certificateRequest(key) };
  const answer = await ask({ method: 'POST', path: renewPath, body: JSON.stringify(question) });
  const { certificate } = readAnswer(answer);
  if (!isCertificateOf(key, certificate, authority)) {
    throw new OpenGsaError('bad-message', "the edge gave a certificate that is not for this device's key");
  }
  await prove({ ...readCredentials(directory), key, certificate });
  await replaceCertificate(directory, certificate);
  credentials.replace(readCredentials(directory));
  renewed();
}

function readAnswer({ status, body }: { status: number; body: string }): { certificate: string } {
  if (status === 404 || status === 405) {
    throw new OpenGsaError(
      'bad-message',
      'this edge renews no certificates: enrol the device anew before the end',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new OpenGsaError('bad-message', `the edge answered ${status}, and not JSON`, { cause });
  }
  if (status === 200) return parse(renewAnswer, value, 'renewal');
  const { message } = parse(enrollmentError, value, 'renewal');
  throw new OpenGsaError('device-refused', `the edge does not renew the certificate: ${message}`);
}

function lifeOf({ certificate }: Credentials): { readonly from: number; readonly to: number } {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  return { from: validFromDate.getTime(), to: validToDate.getTime() };
}
