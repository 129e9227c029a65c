// Counts why statements of the witness did not count: a wrong clock or key set shows here before people complain.

export type FaultyDevice = { readonly thumbprint: string; readonly name: string | null };

export type AttestationFaults = {
  /** @param faults one reason for each statement that did not count */
  readonly count: (device: FaultyDevice, faults: readonly string[]) => void;
  /** Statements by reason since the edge started; a reason that never occurred is absent. */
  readonly counts: () => Readonly<Record<string, number>>;
};

/** @param onFirst told when a reason occurs for the first time at a device: a log line per flow would drown the rest */
export function createAttestationFaults(
  onFirst: (device: FaultyDevice, fault: string) => void,
): AttestationFaults {
  const counts = new Map<string, number>();
  // Only registered devices come here, and reasons are a dozen: the table stays as small as the register.
  const seen = new Map<string, Set<string>>();
  return {
    count: (device, faults) => {
      for (const fault of faults) {
        counts.set(fault, (counts.get(fault) ?? 0) + 1);
        const known = seen.get(device.thumbprint) ?? new Set();
        if (known.has(fault)) continue;
        seen.set(device.thumbprint, known.add(fault));
        onFirst(device, fault);
      }
    },
    counts: () => Object.fromEntries(counts),
  };
}
