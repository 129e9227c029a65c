// The certificates of a destination that the agent and the edge judge: what each shows, and what must come of it.
import {
  authorityExtensions,
  type CertificateOptions,
  certify,
  chainOf,
  changed,
  curveKey,
  type Extension,
  nameConstraints,
  type Party,
  rsaKey,
  serverExtensions,
  type ServerChain,
  without,
} from './upstream-certificates.ts';

export const upstreamHost = 'login.microsoftonline.com';

/** `accepted`, or the reason of the refusal. */
export type UpstreamCase = readonly [what: string, outcome: string, chain: () => ServerChain];

const [authorityKey, leafKey, strangerKey] = [rsaKey(), rsaKey(), rsaKey()];
const weakKey = rsaKey(1024);
const basis = serverExtensions([upstreamHost]);

const root = certify('Root', { issuer: null, key: authorityKey });
const expiredRoot = certify('Expired root', { issuer: null, key: authorityKey, days: [-9, -1] });
const sha1Root = certify('SHA-1 root', { issuer: null, key: authorityKey, digest: 'sha1' });
const weakRoot = certify('Weak root', { issuer: null, key: weakKey });
const constrainedRoot = certify('Constrained root', {
  issuer: null,
  key: authorityKey,
  extensions: [...authorityExtensions, nameConstraints('permitted', 'example.test')],
});
/** PEM; what the verifying side trusts. */
export const upstreamAuthorities = [root, expiredRoot, sha1Root, weakRoot, constrainedRoot]
  .map(({ pem }) => pem)
  .join('');

type Some = Partial<CertificateOptions>;
const middle = (some: Some = {}): Party =>
  certify('Intermediate', { issuer: root, key: authorityKey, ...some });
const leaf = (some: Some = {}): Party =>
  certify('server', { issuer: middle(), key: leafKey, extensions: basis, ...some });
const below = (above: Party, some: Some = {}): ServerChain =>
  chainOf(leaf({ issuer: above, ...some }), above);
/** The leaf has the fault. */
const shown = (some: Some) => () => below(middle(), some);
/** The intermediate has it. */
const issuedBy = (some: Some) => () => below(middle(some));
const names = (...all: readonly string[]) => shown({ extensions: serverExtensions(all) });
const altName = (type: number, value: string) =>
  shown({ extensions: changed(basis, { name: 'subjectAltName', altNames: [{ type, value }] }) });
const leafWith = (...some: readonly Extension[]) => shown({ extensions: changed(basis, ...some) });
const issuerWith = (...some: readonly Extension[]) =>
  issuedBy({ extensions: changed(authorityExtensions, ...some) });
const unknownCritical: Extension = { id: '1.3.6.1.4.1.32473.1', critical: true, value: '\x05\x00' };

function underPathLengthZero(): ServerChain {
  const upper = middle({
    extensions: changed(authorityExtensions, {
      name: 'basicConstraints',
      cA: true,
      pathLenConstraint: 0,
      critical: true,
    }),
  });
  const lower = certify('Lower', { issuer: upper, key: authorityKey });
  return chainOf(leaf({ issuer: lower }), lower, upper);
}

export const acceptedCertificates: readonly UpstreamCase[] = [
  ['of a chain that is right', 'accepted', shown({})],
  ['with the root sent along', 'accepted', () => chainOf(leaf(), middle(), root)],
  ['with the chain in the wrong order', 'accepted', () => chainOf(leaf(), root, middle())],
  ['for the wildcard of its level', 'accepted', names('*.microsoftonline.com')],
  ['for another name and this one', 'accepted', names('example.test', upstreamHost)],
  ['for the name in capitals', 'accepted', names(upstreamHost.toUpperCase())],
  [
    'within the names its issuer may name',
    'accepted',
    issuerWith(nameConstraints('permitted', 'microsoftonline.com')),
  ],
  ['without any extended usage', 'accepted', shown({ extensions: without(basis, 'extKeyUsage') })],
  // Firefox refuses it. Whoever holds it could issue more, and these would be accepted below it just as well.
  [
    'that is an authority itself',
    'accepted',
    leafWith({ name: 'basicConstraints', cA: true, critical: true }),
  ],
  // Nobody verifies the signature of a root: it is trusted because it is there.
  ['of a root that signed itself with SHA-1', 'accepted', () => chainOf(leaf({ issuer: sha1Root }))],
];

const badDates: readonly UpstreamCase[] = [
  ['expired', 'certificate-expired', shown({ days: [-9, -1] })],
  ['not yet valid', 'certificate-not-yet-valid', shown({ days: [1, 9] })],
  ['with its end before its beginning', 'certificate-expired', shown({ days: [30, -1] })],
  ['of an expired intermediate', 'certificate-expired', issuedBy({ days: [-9, -1] })],
  ['of an intermediate not yet valid', 'certificate-not-yet-valid', issuedBy({ days: [1, 9] })],
  ['of an expired root', 'certificate-expired', () => chainOf(leaf({ issuer: expiredRoot }))],
];

const badNames: readonly UpstreamCase[] = [
  ['for another name', 'certificate-name-mismatch', names('login.example.test')],
  ['for the name above', 'certificate-name-mismatch', names('microsoftonline.com')],
  ['for the names below', 'certificate-name-mismatch', names(`*.${upstreamHost}`)],
  ['for a wildcard two levels up', 'certificate-name-mismatch', names('*.com')],
  ['for two wildcards', 'certificate-name-mismatch', names('*.*.com')],
  ['for every name', 'certificate-name-mismatch', names('*')],
  ['for a part of a label', 'certificate-name-mismatch', names('lo*.microsoftonline.com')],
  ['for a domain with a leading dot', 'certificate-name-mismatch', names('.microsoftonline.com')],
  ['for the name with a final dot', 'certificate-name-mismatch', names(`${upstreamHost}.`)],
  [
    'that has the name as its common name only',
    'certificate-name-mismatch',
    () => {
      const above = middle();
      const extensions = without(basis, 'subjectAltName');
      return chainOf(certify(upstreamHost, { issuer: above, key: leafKey, extensions }), above);
    },
  ],
  ['for the address instead of the name', 'certificate-name-mismatch', names('127.0.0.1')],
  ['that has the name as a URI', 'certificate-name-mismatch', altName(6, `https://${upstreamHost}`)],
  ['that has the name in an e-mail address', 'certificate-name-mismatch', altName(1, `a@${upstreamHost}`)],
  [
    'for a name cut off by a zero byte',
    'certificate-name-mismatch',
    altName(2, `${upstreamHost}\0.example.test`),
  ],
  [
    'for a name that reads like two',
    'certificate-name-mismatch',
    altName(2, `example.test, DNS:${upstreamHost}`),
  ],
  ['for the name behind a space', 'certificate-name-mismatch', altName(2, ` ${upstreamHost}`)],
];

const badUsage: readonly UpstreamCase[] = [
  ['for clients only', 'certificate-wrong-usage', leafWith({ name: 'extKeyUsage', clientAuth: true })],
  ['for signing code', 'certificate-wrong-usage', leafWith({ name: 'extKeyUsage', codeSigning: true })],
  [
    'whose key may sign certificates only',
    'certificate-wrong-usage',
    leafWith({ name: 'keyUsage', keyCertSign: true, critical: true }),
  ],
  [
    'of an intermediate for clients only',
    'certificate-wrong-usage',
    issuerWith({ name: 'extKeyUsage', clientAuth: true }),
  ],
  [
    'of an intermediate that is no authority',
    'certificate-wrong-usage',
    issuerWith({ name: 'basicConstraints', cA: false, critical: true }),
  ],
];

const badChains: readonly UpstreamCase[] = [
  [
    'that signed itself',
    'certificate-untrusted',
    () => chainOf(certify('server', { issuer: null, key: leafKey, extensions: basis })),
  ],
  [
    'of an unknown authority',
    'certificate-untrusted',
    () => below(certify('Stranger', { issuer: null, key: strangerKey })),
  ],
  [
    'of an unknown authority with a known name',
    'certificate-untrusted',
    () => below(certify('Root', { issuer: null, key: strangerKey })),
  ],
  ['without its intermediate', 'certificate-untrusted', () => chainOf(leaf())],
  [
    'issued by a server’s certificate',
    'certificate-untrusted',
    () => {
      const issuer = certify('issuer', { issuer: root, key: authorityKey, extensions: basis });
      return below(issuer);
    },
  ],
  [
    'of an intermediate that does not say what it is',
    'certificate-untrusted',
    issuedBy({ extensions: without(authorityExtensions, 'basicConstraints') }),
  ],
  [
    'of an intermediate whose key may not sign certificates',
    'certificate-untrusted',
    issuerWith({ name: 'keyUsage', digitalSignature: true, critical: true }),
  ],
  ['of a chain longer than allowed', 'certificate-untrusted', underPathLengthZero],
  [
    'for a name that its issuer must not name',
    'certificate-untrusted',
    issuerWith(nameConstraints('excluded', 'microsoftonline.com')),
  ],
  [
    'outside the names that its issuer may name',
    'certificate-untrusted',
    issuerWith(nameConstraints('permitted', 'example.test')),
  ],
  [
    'outside the names that its root may name',
    'certificate-untrusted',
    () => chainOf(leaf({ issuer: constrainedRoot })),
  ],
  ['with an unknown critical extension', 'certificate-untrusted', leafWith(unknownCritical)],
  [
    'of an intermediate with an unknown critical extension',
    'certificate-untrusted',
    issuerWith(unknownCritical),
  ],
  ['with an altered signature', 'certificate-untrusted', shown({ damaged: true })],
  ['of an intermediate with an altered signature', 'certificate-untrusted', issuedBy({ damaged: true })],
];

const weak: readonly UpstreamCase[] = [
  ['signed with SHA-1', 'certificate-too-weak', shown({ digest: 'sha1' })],
  ['signed with MD5', 'certificate-too-weak', shown({ digest: 'md5' })],
  ['of an intermediate signed with SHA-1', 'certificate-too-weak', issuedBy({ digest: 'sha1' })],
  ['of an RSA key of 1024 bits', 'certificate-too-weak', shown({ key: weakKey })],
  ['of an intermediate of 1024 bits', 'certificate-too-weak', issuedBy({ key: weakKey })],
  ['of a root of 1024 bits', 'certificate-too-weak', () => chainOf(leaf({ issuer: weakRoot }))],
  // The server finds no cipher for it among what is offered: it comes no further than the handshake.
  ['of a curve of 192 bits', 'tls-handshake-failed', shown({ key: curveKey('secp192k1') })],
];

export const refusedCertificates: readonly UpstreamCase[] = [
  ...badDates,
  ...badNames,
  ...badUsage,
  ...badChains,
  ...weak,
];

export const goodChain = shown({});
