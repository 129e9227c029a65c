// What leaves a device, seen by tcpdump on the router next to it: outside, where nothing on the device can hide it.
import { setTimeout } from 'node:timers/promises';
import { installedProgram } from './debian-programs.ts';
import type { Place } from './namespaces.ts';

/** One packet of the device. `to` has no port; `text` is tcpdump's own, after the addresses. */
export type SeenPacket = { readonly to: string; readonly text: string };

export type UplinkCapture = {
  /** All so far, in their order. */
  readonly packets: () => readonly SeenPacket[];
  /** Ends it; how many packets were missed because there was no time to look at them. */
  readonly stop: () => Promise<number>;
};

export type CaptureSettings = {
  readonly interface: string;
  /** The device's addresses. */
  readonly from: readonly string[];
  /** Whose packets are of no interest. */
  readonly except: readonly string[];
};

/** Resolves when it sees packets. */
export async function startUplinkCapture(router: Place, settings: CaptureSettings): Promise<UplinkCapture> {
  const tcpdump = installedProgram('tcpdump');
  if (tcpdump === null) throw new Error('tcpdump is not installed');
  const any = (what: string, addresses: readonly string[]): string =>
    addresses.map((address) => `${what} ${address}`).join(' or ');
  const filter = `(${any('src', settings.from)}) and not (${any('dst', settings.except)})`;
  const options = ['-i', settings.interface, '-n', '-t', '-l', '--immediate-mode'];
  const program = router.start(tcpdump, [...options, filter]);
  const ended = program.ended.then(({ stderr }) => Promise.reject(new Error(`tcpdump ended: ${stderr}`)));
  ended.catch(() => undefined);
  // It says so on standard error.
  while (!program.stderr().includes('listening on')) await Promise.race([ended, setTimeout(20)]);
  return {
    packets: () => program.stdout().split('\n').slice(0, -1).map(readPacket),
    stop: async () => {
      program.signal('SIGINT');
      const { stderr } = await program.ended;
      return Number(/^(\d+) packets? dropped by kernel$/m.exec(stderr)?.[1]);
    },
  };
}

/** `IP 192.0.2.7.40312 > 198.51.100.80.443: Flags [S], …`, `IP6 2001:db8::1 > 2001:db8::2: ICMP6, …` */
function readPacket(line: string): SeenPacket {
  const [, family, end = '', text = ''] = /^(IP6?) \S+ > (\S+): (.*)$/.exec(line) ?? [];
  if (family === undefined) throw new Error(`a line of tcpdump that is no packet: ${line}`);
  const port = family === 'IP' ? /(?<=^\d+\.\d+\.\d+\.\d+)\.\d+$/ : /\.\d+$/;
  return { to: end.replace(port, ''), text };
}
