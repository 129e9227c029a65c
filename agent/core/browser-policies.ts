// What an organisation tells browsers by policy files on Linux about encrypted DNS and QUIC.
import { z } from 'zod';

export type BrowserId = 'chrome' | 'chromium' | 'edge' | 'firefox';

export type BrowserPolicy = {
  /** Whether a folder of the program or of its policies exists. */
  readonly installed: boolean;
  /** `off`, `automatic` or `secure` for Chromium's family; null: nobody said. */
  readonly doh: string | null;
  readonly quic: boolean | null;
  /** Which file said it. */
  readonly dohFile: string | null;
  /** Files that could not be understood. */
  readonly faults: readonly string[];
};
export type BrowserPolicies = Readonly<Record<BrowserId, BrowserPolicy>>;

/** Where each looks; a folder means each `.json` in it, of which the last by name wins. */
export const policyPlaces: Readonly<Record<BrowserId, readonly string[]>> = {
  chrome: ['/etc/opt/chrome/policies/managed'],
  chromium: ['/etc/chromium/policies/managed', '/etc/chromium-browser/policies/managed'],
  edge: ['/etc/opt/edge/policies/managed'],
  firefox: ['/etc/firefox/policies/policies.json', '/usr/lib/firefox/distribution/policies.json'],
};

/** Programs that tell that a browser is there. */
export const browserPrograms: Readonly<Record<BrowserId, readonly string[]>> = {
  chrome: ['/opt/google/chrome/chrome'],
  chromium: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'],
  edge: ['/opt/microsoft/msedge/msedge'],
  firefox: ['/usr/bin/firefox', '/usr/bin/firefox-esr', '/snap/bin/firefox'],
};

export type PolicyFile = { readonly path: string; readonly text: string };

/** Chromium's names: chromeenterprise.google/policies. */
const chromiumPolicy = z.looseObject({
  DnsOverHttpsMode: z.enum(['off', 'automatic', 'secure']).optional(),
  QuicAllowed: z.boolean().optional(),
});
/** Mozilla's names: mozilla.github.io/policy-templates. */
const firefoxPolicy = z.looseObject({
  policies: z.looseObject({
    DNSOverHTTPS: z.looseObject({ Enabled: z.boolean().optional() }).optional(),
  }),
});

/** @param files in the order in which the browser reads them; a later one wins */
export function readBrowserPolicy(
  browser: BrowserId,
  files: readonly PolicyFile[],
  installed: boolean,
): BrowserPolicy {
  let policy: BrowserPolicy = { installed, doh: null, quic: null, dohFile: null, faults: [] };
  for (const { path, text } of files) {
    const said = browser === 'firefox' ? readFirefox(text) : readChromium(text);
    policy =
      said === null
        ? { ...policy, faults: [...policy.faults, path] }
        : {
            ...policy,
            quic: said.quic ?? policy.quic,
            ...(said.doh === null ? {} : { doh: said.doh, dohFile: path }),
          };
  }
  return policy;
}

type Said = { readonly doh: string | null; readonly quic: boolean | null };

function readChromium(text: string): Said | null {
  const read = chromiumPolicy.safeParse(parseJson(text));
  return read.success
    ? { doh: read.data.DnsOverHttpsMode ?? null, quic: read.data.QuicAllowed ?? null }
    : null;
}

function readFirefox(text: string): Said | null {
  const read = firefoxPolicy.safeParse(parseJson(text));
  if (!read.success) return null;
  const enabled = read.data.policies.DNSOverHTTPS?.Enabled;
  return { doh: enabled === undefined ? null : enabled ? 'secure' : 'off', quic: null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON is not a policy; the caller names the file.
    return null;
  }
}
