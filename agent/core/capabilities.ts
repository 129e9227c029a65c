// Which of Linux's capabilities a process has, read from /proc/<pid>/status.

/** Numbers of capabilities (linux/capability.h). */
const numbers = { dac_override: 1, dac_read_search: 2, net_admin: 12, sys_ptrace: 19 } as const;
export type Capability = keyof typeof numbers;

/** Whether the effective set of `status`, the text of /proc/<pid>/status, holds `capability`. */
export function hasCapability(status: string, capability: Capability): boolean {
  const digits = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1];
  return digits !== undefined && ((BigInt(`0x${digits}`) >> BigInt(numbers[capability])) & 1n) === 1n;
}

/** Whether the descriptors of other accounts' processes can be read: the folder takes one capability, each link the other. */
export function seesOtherProcesses(status: string): boolean {
  return (
    hasCapability(status, 'sys_ptrace') &&
    (hasCapability(status, 'dac_read_search') || hasCapability(status, 'dac_override'))
  );
}
