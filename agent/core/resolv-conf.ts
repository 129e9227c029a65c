// The two files that say how names are asked for on Linux: resolv.conf(5) and resolved.conf(5).

/** The addresses of `nameserver` lines, in order, each once; a zone stays at its address. */
export function nameServersOf(text: string): readonly string[] {
  const found = text
    .split('\n')
    .map(
      (line) =>
        /^\s*nameserver\s+(?<address>[0-9a-fA-F:.]+(?:%\S+)?)\s*(?:[#;].*)?$/.exec(line)?.groups?.address,
    )
    .filter((address) => address !== undefined);
  return [...new Set(found)];
}

/** `DNSOverTLS` of the last file that sets it; `no` where none does. Files are in the order in which they are read. */
export function dnsOverTlsOf(files: readonly { readonly path: string; readonly text: string }[]): {
  readonly dnsOverTls: string;
  readonly file: string | null;
} {
  let said: { readonly dnsOverTls: string; readonly file: string | null } = { dnsOverTls: 'no', file: null };
  for (const { path, text } of files) {
    for (const line of text.split('\n')) {
      const value = /^\s*DNSOverTLS\s*=\s*(?<value>\S*)/.exec(line)?.groups?.value;
      if (value !== undefined) said = { dnsOverTls: spelledOut(value.toLowerCase()), file: path };
    }
  }
  return said;
}

/** An empty value takes earlier ones back. */
function spelledOut(value: string): string {
  if (['', 'no', 'false', 'off', '0', 'n', 'f'].includes(value)) return 'no';
  return ['yes', 'true', 'on', '1', 'y', 't'].includes(value) ? 'yes' : value;
}
