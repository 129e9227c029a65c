// Hides in one text what could name a person, a device or a place that nobody has published, and keeps it readable.
import { type Address, parseAddress, parsePrefix } from '../../protocol/address.ts';
import type { HiddenKind } from '../../protocol/log-bundle.ts';
import type { KnownPlaces } from './known-places.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** What is hidden wherever it stands, because it is known to be the person's. */
export type PersonalFacts = {
  /** Names of people and of their accounts. */
  readonly users: readonly string[];
  readonly devices: readonly string[];
  /** Names that programs asked for and that do not look like names of hosts. */
  readonly hosts: readonly string[];
  /** Canonical: hidden even where a rule names them. */
  readonly addresses: readonly string[];
};

export type RedactionContext = {
  readonly personal: PersonalFacts;
  readonly places: KnownPlaces;
  /** Words with dots that are no host names: paths of settings. */
  readonly words: ReadonlySet<string>;
  readonly pseudonyms: Pseudonyms;
};

export function textRedactor(context: RedactionContext): (text: string) => string {
  const { pseudonyms } = context;
  const hideNames = nameHider(context);
  const hideHost = hostHider(context);
  const hideAddress = addressHider(context);
  const hideHomes = homeHider(pseudonyms);
  const places = (text: string): string => {
    const certain = text.replaceAll(
      failedLookup,
      (_all, before: string, name: string) => `${before}${hideHost(name, '', true)}`,
    );
    return certain
      .replaceAll(hostToken, (token, at: number) => hideHost(token, certain.slice(0, at), false))
      .replaceAll(ipv6Token, hideAddress)
      .replaceAll(ipv4Token, hideAddress);
  };
  return (text) => {
    const named = hideNames(
      hideHomes(text).replaceAll(mailAddress, (found) => pseudonyms.nameOf('user', found.toLowerCase())),
    ).replaceAll(macAddress, (found) => pseudonyms.nameOf('mac', found.toLowerCase()));
    return places(named.replaceAll(urlWithPath, hidePathOf(places)));
  };
}

const mailAddress = /[\w.+%-]+@[\w-]+(?:\.[\w-]+)+/g;
const macAddress = /(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])/gi;
const urlWithPath = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#"'<>]+)(\/[^\s?#"'<>]+)/gi;
/** As Node and c-ares write it: `getaddrinfo ENOTFOUND intranet`. */
const failedLookup = /(\b(?:getaddrinfo|query\w*) E[A-Z_]+ )([\w.-]+)/g;
/** Labels with dots between, the last one with a letter first; a pattern's star may stand before. */
const hostToken =
  /(?<![\w-]|\w\.)(?:[a-z0-9_](?:[\w-]*[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?(?![\w-])/gi;
const ipv4Token = /(?<!\d|\d\.)\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)(?:\/\d{1,2}(?!\d))?/g;
const ipv6Token =
  /(?<![\w:])(?=[0-9a-f]*:[0-9a-f]*:)(?:[0-9a-f:]*:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]+)(?:\/\d{1,3}(?!\d))?(?!\w)/gi;

/** Of a place that is hidden, the path is as telling as its name. */
function hidePathOf(places: (text: string) => string): (all: string, origin: string) => string {
  return (all, origin) => {
    const hidden = places(origin);
    return hidden === origin ? all : `${hidden}/…`;
  };
}

/** Shorter ones are hidden only where they are the whole text: they stand in many words. */
const shortestName = 3;

function nameHider({ personal, pseudonyms }: RedactionContext): (text: string) => string {
  const known = new Map<string, HiddenKind>();
  const enter = (kind: HiddenKind, names: readonly string[]): void => {
    for (const name of names) if (name !== '') known.set(name.toLowerCase(), kind);
  };
  enter('host', personal.hosts);
  enter('device', personal.devices);
  enter('user', personal.users);
  const nameOf = (found: string): string =>
    pseudonyms.nameOf(known.get(found.toLowerCase()) ?? 'user', found.toLowerCase());
  const long = [...known.keys()].filter((name) => name.length >= shortestName);
  // The longest first: a name may begin with another.
  const spelt = long.toSorted((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${spelt.join('|')})(?![\\p{L}\\p{N}_-])`, 'giu');
  return (text) => {
    if (known.has(text.toLowerCase())) return nameOf(text);
    const [, bare = '', port = ''] = /^([^\s:]+)(:\d+)$/.exec(text) ?? [];
    if (known.has(bare.toLowerCase())) return `${nameOf(bare)}${port}`;
    return long.length === 0 ? text : text.replaceAll(pattern, nameOf);
  };
}

/** `text` for a pattern of flag `u`, where nothing else may be escaped. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** Endings of files and units that are no top-level domain. */
const fileEnding =
  /\.(?:json|ya?ml|conf|cfg|ini|crt|pem|key|sock|js|ts|mjs|txt|log|xml|gz|pac|dll|exe|service|socket|target|desktop|jsonl)$/i;
/** Settings of desktops and of the kernel, spelt like names. */
const settingName = /^(?:org\.(?:gnome|kde|freedesktop)|net\.(?:ipv4|ipv6|core))\./;

const wholeHost = new RegExp(`^(?:${hostToken.source})$`, 'i');

/** Whether a name is taken for a host's wherever it stands: it has a dot, and no ending of files or settings. */
export function looksLikeHost(name: string): boolean {
  return wholeHost.test(name) && !fileEnding.test(name) && !settingName.test(name);
}

function hostHider({
  places,
  words,
  pseudonyms,
}: RedactionContext): (token: string, before: string, certain: boolean) => string {
  return (token, before, certain) => {
    const name = token.toLowerCase().replace(/\.$/, '');
    // Of a pattern the part behind its star.
    const asked = before.endsWith('*.') ? `any.${name}` : name;
    if (places.holdsName(asked)) return token;
    if (!certain && (words.has(token) || fileEnding.test(name) || settingName.test(name))) return token;
    // A file of this machine. A URL has two slashes before its host, and other characters before these.
    if (!certain && /(?:^|[\s"'(=,])\/(?:[^\s"'/]+\/)*$/.test(before)) return token;
    return pseudonyms.nameOf('host', name);
  };
}

function addressHider({ personal, places, pseudonyms }: RedactionContext): (token: string) => string {
  const own = new Set(personal.addresses);
  /** By spelling: the same ones stand in many places. Null: it stays. */
  const judged = new Map<string, Hidden | null>();
  const isKept = (address: Address): boolean => !own.has(address.text) && places.holdsAddress(address);
  const judge = (text: string): Hidden | null => {
    const [spelt = '', length] = text.split('/');
    const address = parseAddress(spelt);
    if (address === null) return null;
    const prefix = length === undefined ? null : parsePrefix(text);
    const isRange = prefix !== null && prefix.length < address.bytes.length * 8;
    if (isRange ? places.holdsPrefix(prefix) : isKept(address)) return null;
    return { address: address.text, ending: length === undefined ? '' : `/${length}` };
  };
  // What follows an address in a sentence may be a colon.
  const judgeToken = (token: string): Hidden | null => {
    const hidden = judge(token);
    if (hidden !== null || !token.endsWith(':')) return hidden;
    const before = judge(token.slice(0, -1));
    return before && { ...before, ending: `${before.ending}:` };
  };
  return (token) => {
    const found = judged.get(token);
    const hidden = found === undefined ? judgeToken(token) : found;
    if (found === undefined) judged.set(token, hidden);
    return hidden === null ? token : `${pseudonyms.nameOf('address', hidden.address)}${hidden.ending}`;
  };
}

type Hidden = { readonly address: string; readonly ending: string };

/** The folders below a home that are ours, whose files are worth knowing. */
const ownFolder = /^[/\\](?:\.local[/\\](?:state|share)|\.config|AppData[/\\]\w+)[/\\]opengsa(?:[/\\]|$)/i;
const homeRoot = String.raw`\/home\/|\/Users\/|[a-z]:\\Users\\`;
/** A path with what may hold spaces: the whole text, or between quotes. */
const wholePath = new RegExp(`^(${homeRoot})([^/\\\\:"']+)([/\\\\].*)?$`, 'i');
const quotedPath = `(?<=["'])(${homeRoot})([^/\\\\"':\n]+)([/\\\\][^"'\n]*)?(?=["'])`;
const barePath = `(${homeRoot})([^/\\\\\\s"':,;)]+)([/\\\\][^\\s"':,;)]*)?`;
const pathInText = new RegExp(`${quotedPath}|${barePath}`, 'gi');

/** `/home/user-1/path-2`: whose it is, and the same for the same file. */
function homeHider(pseudonyms: Pseudonyms): (text: string) => string {
  const hide = (_all: string, root: string, user: string, rest = ''): string => {
    const name = pseudonyms.nameOf('user', user.toLowerCase());
    if (rest === '' || ownFolder.test(rest)) return `${root}${name}${rest}`;
    return `${root}${name}${rest.charAt(0)}${pseudonyms.nameOf('path', `${user}${rest}`)}`;
  };
  return (text) => {
    if (!text.includes(': ') && wholePath.test(text)) return text.replace(wholePath, hide);
    return text.replaceAll(
      pathInText,
      (all, ...[root, user, rest, bareRoot, bareUser, bareRest]: (string | undefined)[]) =>
        hide(all, root ?? bareRoot ?? '', user ?? bareUser ?? '', rest ?? bareRest),
    );
  };
}
