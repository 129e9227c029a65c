// What a log bundle would hold, part by part, for a person who decides whether to hand it over.
import {
  type LogBundlePart,
  logBundlePartNames,
  logBundleParts,
  type LogPreview,
} from '../../protocol/log-bundle.ts';
import type { FoundParts, Redaction } from './redaction.ts';

const mostSamples = 2;
const longestSample = 160;

/** From what redacting has made of the parts. */
export function previewBundle({ parts, tally, leftOut }: Omit<Redaction, 'summary'>): LogPreview {
  const names = logBundlePartNames.filter((name) => parts[name] !== undefined);
  return {
    parts: names.map((name) => {
      const entries = entriesOf(parts, name);
      const { hidden = [], removedSecrets = 0 } = tally.get(name) ?? {};
      return {
        name,
        ...logBundleParts[name],
        entries: entries.length,
        bytes: Buffer.byteLength(JSON.stringify(parts[name])),
        hidden: [...hidden],
        removedSecrets,
        samples: entries.slice(0, mostSamples).map(sampleOf),
      };
    }),
    leftOut,
  };
}

/** What a person would count. */
function entriesOf(parts: FoundParts, name: LogBundlePart): readonly unknown[] {
  switch (name) {
    case 'status':
      return [parts.status?.sentence];
    case 'health':
      return (parts.health?.checks ?? []).map(
        ({ title, state, measured }) => `${title}: ${state}, ${measured}`,
      );
    case 'seenAs':
      return parts.seenAs?.destinations ?? [];
    case 'profiles':
      return (parts.profiles ?? []).map((one) => ({ ...one, profile: one.profile?.name ?? null }));
    case 'hostnames':
      return parts.hostnames?.hostnames ?? [];
    case 'flows':
      return parts.flows ?? [];
    case 'olderConnections':
      return parts.olderConnections?.connections ?? [];
    case 'locations':
      return parts.locations?.locations ?? [];
    case 'machine': {
      const { addresses = [], routes, nameservers, ownRules } = parts.machine ?? {};
      return [...addresses, ...(routes ?? []), ...(nameservers ?? []), ...(ownRules ?? [])];
    }
    case 'configuration':
      return Object.entries(parts.configuration ?? {}).map(([key, value]) => ({ [key]: value }));
    case 'log':
      return (parts.log ?? []).toReversed();
  }
}

function sampleOf(entry: unknown): string {
  const text = typeof entry === 'string' ? entry : JSON.stringify(entry);
  return text.length <= longestSample ? text : `${text.slice(0, longestSample)}…`;
}
