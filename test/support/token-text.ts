// A compact JWS as text: taken apart, spoilt and spelt otherwise.
import type { Random } from './random.ts';

/** A device may repeat its own statement in another spelling; that is no forgery and must say the same. */
export function respell(token: string, random: Random): string {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const last = signature.at(-1) ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // 64 bytes fill 86 characters but for four bits, which a lenient reader ignores.
  const spare = alphabet[(alphabet.indexOf(last) & 0x30) | random.below(16)] ?? last;
  return random.pick([
    `${header}.${claims}.${signature.slice(0, -1)}${spare}`,
    `${token}==`,
    `${token} `,
    ` ${token}`,
    `${header}=.${claims}.${signature}`,
    `${header}.${claims}.${signature.replaceAll('-', '+').replaceAll('_', '/')}`,
    `${header}.${claims}.${complement(signature)}`,
  ]);
}

/** Of an ECDSA signature (r, s), (r, n - s) is one as well; anybody can compute it. */
function complement(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const other = (groupOrder - s).toString(16).padStart(64, '0');
  return Buffer.concat([bytes.subarray(0, 32), Buffer.from(other, 'hex')]).toString('base64url');
}

/** The order of P-256. */
export const groupOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export function withPart(token: string, part: number, change: (bytes: Buffer) => Buffer): string {
  return token
    .split('.')
    .map((text, i) => (i === part ? base64url(change(Buffer.from(text, 'base64url'))) : text))
    .join('.');
}

/** One to three bits. */
export function flipBits(bytes: Buffer, r: Random): Buffer {
  for (let flips = 1 + r.below(3); flips > 0; flips -= 1) {
    const at = r.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << r.below(8));
  }
  return bytes;
}

export function exchange(token: string, r: Random): string {
  const at = r.below(token.length);
  const others = 'ABCDabcd0189-_.=+/ ~'.replace(token[at] ?? '', '');
  return token.slice(0, at) + (others[r.below(others.length)] ?? '') + token.slice(at + 1);
}

export function cutOrInsert(token: string, r: Random): string {
  const at = r.below(token.length);
  return r.bool()
    ? token.slice(0, at) + token.slice(at + 1 + r.below(20))
    : token.slice(0, at) + base64url(r.bytes(1 + r.below(9))) + token.slice(at);
}

export function encode(value: unknown): string {
  return encodeText(JSON.stringify(value));
}

export function encodeText(text: string): string {
  return Buffer.from(text).toString('base64url');
}

export function base64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}
