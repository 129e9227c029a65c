// Finds out this device's public addresses, one per family, and keeps them proved.
import { families, type Family, parseAddress, type Prefix } from '../../protocol/address.ts';
import type { EgressAddressStatus } from '../../protocol/status.ts';
import { egressStatus } from '../core/egress-status.ts';
import { attachable } from '../core/egress-state.ts';
import { createFamilyDetection, type FamilyDetectionSettings } from './family-detection.ts';

/** As for one family, but whom to ask is given for both. */
export type EgressDetectorSettings = Omit<FamilyDetectionSettings, 'witness' | 'thirdParties'> & {
  readonly [K in 'witness' | 'thirdParties']: Readonly<Record<Family, FamilyDetectionSettings[K]>>;
};

/** What an edge saw as peer of the tunnel. */
export type Reflection = {
  readonly address: string;
  readonly edge: string;
  /** The one in force when that tunnel session was made: an older session goes on stating its own network's address. */
  readonly generation: number;
};

export type EgressDetector = {
  readonly start: () => void;
  readonly stop: () => void;
  /** The number of the network that questions are asked in. */
  readonly generation: () => number;
  /** From this moment on nothing that was learnt before is attached. Older or equal generations change nothing. */
  readonly networkChanged: (generation: number) => void;
  /** The tunnel broke while the network looked the same: the witness is asked whether the address still holds. */
  readonly pathLost: () => void;
  /** Which ranges that are not public may be sources: the edge's view says it. */
  readonly setSourceRanges: (ranges: readonly Prefix[]) => void;
  readonly reflected: (reflection: Reflection) => void;
  /** While a portal answers in the place of others, what is heard over HTTPS from third parties does not count. */
  readonly setCaptivePortal: (seen: boolean) => void;
  /** Asks all that are enabled, of both families; resolves when each has answered or failed. Never rejects. */
  readonly refresh: () => Promise<void>;
  /** The statements to attach to a flow that is opened at this moment, at most one per family. */
  readonly attestations: () => readonly string[];
  readonly status: () => Readonly<Record<Family, EgressAddressStatus>>;
};

export function createEgressDetector(settings: EgressDetectorSettings): EgressDetector {
  const { clock } = settings;
  const detectionOf = (family: Family) => {
    const [witness, thirdParties] = [settings.witness[family], settings.thirdParties[family]];
    return createFamilyDetection(family, { ...settings, witness, thirdParties });
  };
  const members = { ipv4: detectionOf('ipv4'), ipv6: detectionOf('ipv6') };
  const both = families.map((family) => members[family]);
  return {
    start: () => both.forEach((member) => member.start()),
    stop: () => both.forEach((member) => member.stop()),
    generation: () => members.ipv4.state().generation,
    networkChanged: (generation) => {
      for (const member of both) member.send({ kind: 'network-changed', generation });
    },
    pathLost: () => {
      for (const member of both) member.send({ kind: 'path-lost' });
    },
    setSourceRanges: (ranges) => {
      for (const member of both) member.send({ kind: 'source-ranges', ranges });
    },
    reflected: ({ address: text, edge, generation }) => {
      const address = parseAddress(text);
      if (address === null) return;
      const voice = { source: 'reflection', operator: edge, asked: edge } as const;
      const said = { address, signed: false, overTls: true, token: null };
      members[address.family].send({
        kind: 'observation',
        observation: { ...voice, ...said, at: clock.now(), generation },
      });
    },
    setCaptivePortal: (seen) => {
      for (const member of both) member.send({ kind: 'captive-portal', seen });
    },
    refresh: async () => {
      await Promise.all(both.map((member) => member.probe()));
    },
    attestations: () =>
      both.map((member) => attachable(member.state(), clock.now())).filter((jws) => jws !== null),
    status: () => ({
      ipv4: egressStatus(members.ipv4.state(), clock.now()),
      ipv6: egressStatus(members.ipv6.state(), clock.now()),
    }),
  };
}
