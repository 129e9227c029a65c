// What becomes of traffic until an edge answers, as far as the status tells it of its destinations.
import type { SeenAs } from '../../../protocol/seen-as.ts';
import type { Status } from '../../../protocol/status.ts';

export type UntilEdge = {
  readonly effect: 'blocked' | 'direct' | 'waits';
  readonly labels: readonly string[];
  /** One of them, for the words of the reason that they share. */
  readonly example: SeenAs;
  /** What services then see; empty where it is not known. */
  readonly addresses: readonly string[];
};

/** What fails first, then what waits, then what leaves directly; each kind with its reasons apart. */
export function untilEdge({ connection, seenAs, egress }: Status): readonly UntilEdge[] {
  if (!waiting.includes(connection.kind)) return [];
  const own = [egress.ipv4, egress.ipv6].flatMap(({ state, address }) =>
    (state === 'confirmed' || state === 'probable') && address !== null ? [address] : [],
  );
  return (['blocked', 'waits', 'direct'] as const).flatMap((effect) => {
    const groups = Map.groupBy(
      seenAs.filter((entry) => effectOf(entry) === effect),
      ({ reason }) => reason,
    );
    return [...groups.values()].flatMap((entries) => {
      const [example] = entries;
      if (example === undefined) return [];
      const labels = entries.map(({ label }) => label);
      return [{ effect, labels, example, addresses: effect === 'direct' ? own : [] }];
    });
  });
}

const waiting: readonly string[] = ['edge-unreachable', 'device-refused', 'edge-untrusted', 'captive-portal'];

function effectOf({ path }: SeenAs): UntilEdge['effect'] | null {
  switch (path) {
    case 'blocked':
      return 'blocked';
    case 'edge':
      return 'waits';
    case 'direct':
      return 'direct';
    case 'unknown':
      return null;
  }
}
