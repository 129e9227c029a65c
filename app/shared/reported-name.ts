// How reports name a destination that flows name with its port.

/** Without port 443, which is meant where there is none; an IPv6 address then without brackets. */
export function reportedName(destination: string): string {
  const { name, address } = /^(?:\[(?<address>[^\]]*)\]|(?<name>[^:]*)):443$/.exec(destination)?.groups ?? {};
  return name ?? address ?? destination;
}
