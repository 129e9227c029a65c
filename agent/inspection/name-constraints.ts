// Name constraints (RFC 5280 section 4.2.1.10) for the local authority, which node-forge does not encode by itself.
import forge from 'node-forge';
import { inspectedHosts } from '../core/inspected-hosts.ts';

const { asn1 } = forge;
/** forge types a tag as one of the universal types; a context-specific tag is a plain number. */
const create: (
  tagClass: forge.asn1.Class,
  tag: number,
  constructed: boolean,
  value: string | forge.asn1.Asn1[],
) => forge.asn1.Asn1 = asn1.create;
const dNSName = 2;
const iPAddress = 7;

/** The extension's value in DER: exactly the inspected hosts, no name below them, and no address. */
export function nameConstraintsDer(): string {
  const permitted = inspectedHosts.map((host) => subtree(dNSName, host));
  const excluded = [
    // A permitted name permits what is below it too. A leading dot is only what is below: RFC 5280 has that form for
    // URIs; OpenSSL, NSS and Chromium read it the same for DNS names.
    ...inspectedHosts.map((host) => subtree(dNSName, `.${host}`)),
    // A form of name that no subtree speaks of would be free.
    subtree(iPAddress, '\0'.repeat(8)),
    subtree(iPAddress, '\0'.repeat(32)),
  ];
  return asn1.toDer(sequence([subtrees(0, permitted), subtrees(1, excluded)])).getBytes();
}

function subtrees(tag: number, members: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return create(asn1.Class.CONTEXT_SPECIFIC, tag, true, members);
}

/** GeneralSubtree; minimum and maximum keep their defaults, as the RFC demands. */
function subtree(form: number, value: string): forge.asn1.Asn1 {
  return sequence([create(asn1.Class.CONTEXT_SPECIFIC, form, false, value)]);
}

function sequence(members: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, members);
}
