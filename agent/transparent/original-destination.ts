// Where a captured IPv6 connection was bound for: the kernel knows (SO_ORIGINAL_DST), and Node has no way to ask. The
// optional module koffi calls the C library; without it IPv6 is not captured.
import type { Socket } from 'node:net';
import { type Address, addressOfBytes } from '../../protocol/address.ts';

export type OriginalDestination = (
  socket: Socket,
) => { readonly address: Address; readonly port: number } | null;

/** SOL_IPV6, and IP6T_SO_ORIGINAL_DST of linux/netfilter_ipv6/ip6_tables.h. */
const level = 41;
const option = 80;
/** struct sockaddr_in6: family 2, port 2, flow 4, address 16, scope 4. */
const length = 28;

/** The question, or why it cannot be asked on this machine. */
export async function loadOriginalDestination(): Promise<OriginalDestination | string> {
  try {
    const { default: koffi } = await import('koffi');
    const getsockopt = koffi
      .load(null)
      .func(
        'int getsockopt(int fd, int level, int option, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
      ) as (fd: number, level: number, option: number, value: Buffer, length: number[]) => number;
    return (socket) => {
      const fd = descriptorOf(socket);
      const value = Buffer.alloc(length);
      if (fd === null || getsockopt(fd, level, option, value, [length]) !== 0) return null;
      return { address: addressOfBytes([...value.subarray(8, 24)]), port: value.readUInt16BE(2) };
    };
  } catch (error) {
    return `the module koffi cannot be loaded (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Node keeps the descriptor in the handle below the socket; it has no documented way to it. */
function descriptorOf(socket: Socket): number | null {
  const handle = (socket as { _handle?: { fd?: unknown } | null })._handle;
  return typeof handle?.fd === 'number' && handle.fd >= 0 ? handle.fd : null;
}
