// The text in which gsettings writes values: https://docs.gtk.org/glib/gvariant-text-format.html, as far as it is met here.

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
};

/** A string without its quotes; every other value as it is written. */
export function parseVariant(text: string): string {
  const quoted = /^(['"])(.*)\1$/s.exec(text.trim())?.[2];
  return quoted === undefined ? text.trim() : unescape(quoted);
}

/** `['a', "b"]` as its strings; `@as []` is empty. */
export function parseStringList(text: string): readonly string[] {
  return [...text.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/gs)].map(([, single, double]) =>
    unescape(single ?? double ?? ''),
  );
}

function unescape(text: string): string {
  return text.replaceAll(
    /\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gis,
    (_all, short?: string, long?: string, plain?: string) => {
      const digits = short ?? long;
      if (digits !== undefined) return String.fromCodePoint(parseInt(digits, 16));
      return escapes[plain ?? ''] ?? plain ?? '';
    },
  );
}
