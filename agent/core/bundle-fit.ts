// Makes a log bundle fit a message: the oldest entries of its longest list go, or the last where none has an age, and it says so.
import type { LogBundle, LogBundlePart } from '../../protocol/log-bundle.ts';

/** Lists that may be cut. */
type Cut = {
  readonly part: LogBundlePart;
  readonly what: string;
  /** Which entries stay. */
  readonly kept: 'newest' | 'first';
  readonly list: (bundle: LogBundle) => readonly unknown[];
  readonly keep: (bundle: LogBundle, count: number) => LogBundle;
};

/**
 * @param maxBytes of the bundle as JSON text in UTF-8
 * @returns the bundle itself where it fits
 */
export function fitBundle(bundle: LogBundle, maxBytes: number): LogBundle {
  let fitted = bundle;
  for (let size = sizeOf(fitted); size > maxBytes; size = sizeOf(fitted)) {
    const sizes = cuts.map((cut) => ({ cut, bytes: sizeOf(cut.list(fitted)) }));
    const { cut, bytes } = sizes.reduce((a, b) => (b.bytes > a.bytes ? b : a));
    const entries = cut.list(fitted).length;
    // Nothing is left to cut: what remains is larger than any machine makes it.
    if (entries === 0) return fitted;
    const share = Math.max(0, 1 - (size - maxBytes) / bytes);
    // A little more than the share, because entries differ in size and what is left out is told too.
    fitted = cut.keep(fitted, Math.min(entries - 1, Math.floor(entries * share * 0.95)));
  }
  return tellCuts(bundle, fitted);
}

const cuts: readonly Cut[] = [
  {
    part: 'log',
    what: 'lines',
    kept: 'newest',
    list: ({ log = [] }) => log,
    keep: (bundle, count) => ({ ...bundle, log: newestLast(bundle.log ?? [], count) }),
  },
  {
    part: 'flows',
    what: 'connections',
    kept: 'newest',
    list: ({ flows = [] }) => flows,
    keep: (bundle, count) => ({ ...bundle, flows: (bundle.flows ?? []).slice(0, count) }),
  },
  {
    part: 'hostnames',
    what: 'names',
    kept: 'newest',
    list: ({ hostnames }) => hostnames?.hostnames ?? [],
    keep: (bundle, count) => {
      const { acquiring = false, hostnames = [] } = bundle.hostnames ?? {};
      return { ...bundle, hostnames: { acquiring, hostnames: hostnames.slice(0, count) } };
    },
  },
  {
    part: 'olderConnections',
    what: 'connections',
    kept: 'first',
    list: ({ olderConnections }) => olderConnections?.connections ?? [],
    keep: (bundle, count) => {
      const { namesKnown = false, connections = [] } = bundle.olderConnections ?? {};
      return { ...bundle, olderConnections: { namesKnown, connections: connections.slice(0, count) } };
    },
  },
  {
    part: 'profiles',
    what: 'profiles',
    kept: 'first',
    list: ({ profiles = [] }) => profiles,
    keep: (bundle, count) => ({ ...bundle, profiles: (bundle.profiles ?? []).slice(0, count) }),
  },
  {
    part: 'machine',
    what: "lines of the kernel's rules",
    kept: 'first',
    list: ({ machine }) => machine?.ownRules ?? [],
    keep: (bundle, count) =>
      bundle.machine === undefined
        ? bundle
        : {
            ...bundle,
            machine: { ...bundle.machine, ownRules: bundle.machine.ownRules?.slice(0, count) ?? null },
          },
  },
];

function newestLast<T>(list: readonly T[], count: number): T[] {
  return list.slice(list.length - count);
}

function tellCuts(whole: LogBundle, fitted: LogBundle): LogBundle {
  const told = cuts.flatMap(({ part, what, kept, list }) => {
    const [had, has] = [list(whole).length, list(fitted).length];
    if (had === has) return [];
    return [{ part, reason: `${had - has} of ${had} ${what} did not fit; the ${kept} are here` }];
  });
  return told.length === 0 ? fitted : { ...fitted, leftOut: [...fitted.leftOut, ...told] };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
