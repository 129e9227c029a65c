// Reads a PAC file from where a setting says it is: bounded in size and time, looked at, and never run.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { OpenGsaError } from '../../protocol/error.ts';
import { withoutPassword } from '../core/without-password.ts';

/** What browsers take. */
const mostBytes = 1024 * 1024;
const patienceMs = 10_000;
const mostRedirects = 3;

/**
 * @param url `http:`, `https:`, `file:` or `data:`
 * @throws OpenGsaError `upstream-failed` where it cannot be had, `bad-message` where it is no PAC file, `timeout`
 */
export async function readPac(url: string): Promise<string> {
  const scheme = URL.parse(url)?.protocol;
  switch (scheme) {
    case 'http:':
    case 'https:':
      return looksLikePac(decoded(await download(url)), url);
    case 'file:':
      return looksLikePac(decoded(await fileBytes(url)), url);
    case 'data:':
      return looksLikePac(decoded(await bodyOf(await fetch(url), url)), url);
    default:
      throw new OpenGsaError(
        'bad-message',
        `${shown(url)}: a PAC file is read by http, https, file or data only`,
      );
  }
}

async function download(first: string): Promise<Buffer> {
  const signal = AbortSignal.timeout(patienceMs);
  let url = new URL(first);
  try {
    for (let i = 0; i <= mostRedirects; i++) {
      if (url.protocol === 'https:') trustTheSystemsAuthorities();
      const response = await fetch(withoutUser(url), {
        redirect: 'manual',
        signal,
        headers: credentials(url),
      });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) {
        if (response.status === 200) return await bodyOf(response, first);
        await response.body?.cancel();
        throw failed(first, `the server answered ${response.status}`);
      }
      await response.body?.cancel();
      url = redirected(url, location, first);
    }
    throw failed(first, `more than ${mostRedirects} redirects`);
  } catch (cause) {
    if (cause instanceof OpenGsaError) throw cause;
    if (signal.aborted) {
      throw new OpenGsaError('timeout', `${shown(first)}: no PAC file within ${patienceMs / 1000} s`, {
        cause,
      });
    }
    throw failed(first, 'cannot be fetched', cause);
  }
}

function redirected(from: URL, location: string, first: string): URL {
  const to = URL.parse(location, from.href);
  const isSafe = to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:');
  if (to !== null && isSafe) return to;
  throw failed(first, `a redirect to ${shown(location)} is not followed`);
}

/** A name and a password in an address are sent as browsers send them, to the server that the address names. */
function credentials({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

function withoutUser(url: URL): URL {
  const plain = new URL(url.href);
  plain.username = '';
  plain.password = '';
  return plain;
}

/** An organisation's server often has a certificate of its own authority, which the system knows. */
let trusted = false;
function trustTheSystemsAuthorities(): void {
  if (trusted) return;
  trusted = true;
  setDefaultCACertificates([...getCACertificates('default'), ...getCACertificates('system')]);
}

async function bodyOf(response: Response, url: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    // Leaving the loop cancels the rest.
    if (size > mostBytes) throw tooLarge(url);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function fileBytes(url: string): Promise<Buffer> {
  try {
    const file = await open(fileURLToPath(url), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) throw failed(url, 'is not a file');
      if (facts.size > mostBytes) throw tooLarge(url);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof OpenGsaError) throw cause;
    throw failed(url, 'cannot be read', cause);
  }
}

function decoded(bytes: Buffer): string {
  const utf8 = bytes.toString('utf8');
  return utf8.includes('\ufffd') ? bytes.toString('latin1') : utf8;
}

/** It must parse by itself: then it also does between the lines that are put around it. */
function looksLikePac(text: string, url: string): string {
  if (!text.includes('FindProxyForURL')) {
    throw new OpenGsaError('bad-message', `${shown(url)}: is no PAC file: it has no FindProxyForURL`);
  }
  try {
    new Script(text);
  } catch (cause) {
    throw new OpenGsaError('bad-message', `${shown(url)}: is no PAC file: it does not parse`, { cause });
  }
  return text;
}

function failed(url: string, what: string, cause?: unknown): OpenGsaError {
  return new OpenGsaError('upstream-failed', `${shown(url)}: ${what}`, { cause });
}

function tooLarge(url: string): OpenGsaError {
  return new OpenGsaError('bad-message', `${shown(url)}: is larger than 1 MiB`);
}

/** Without what may be a password, and not longer than a line. */
function shown(url: string): string {
  return withoutPassword(url).slice(0, 200);
}
