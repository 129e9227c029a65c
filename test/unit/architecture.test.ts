// The house rules that a reader can rely on, read off the imports of every file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const parts = ['app', 'agent', 'edge', 'protocol'] as const;
const files = parts
  .filter((part) => existsSync(join(root, part)))
  .flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => posix.join(part, name)),
  );

/** Who may import what: the first entry whose `from` fits the importing file decides. */
const directions: readonly { from: RegExp; to: readonly RegExp[] }[] = [
  { from: /^protocol\/gateway\//, to: [/^protocol\//] },
  // What is pure must not draw the gateway in.
  { from: /^protocol\//, to: [/^protocol\/(?!gateway\/)/] },
  { from: /^agent\/core\//, to: [/^protocol\//, /^agent\/core\//] },
  { from: /^agent\/policy\//, to: [/^protocol\//, /^agent\/core\//, /^agent\/policy\//] },
  { from: /^agent\/cli\//, to: [/^protocol\//, /^agent\//] },
  // Shell folders know the core and themselves, never a sibling.
  {
    from: /^agent\/(?<folder>[a-z]+)\//,
    to: [/^protocol\//, /^agent\/(core|policy|$<folder>)\//, /^agent\/[a-z-]+\.ts$/],
  },
  { from: /^agent\//, to: [/^protocol\//, /^agent\//] },
  { from: /^edge\/core\//, to: [/^protocol\//, /^edge\/core\//] },
  { from: /^edge\//, to: [/^protocol\//, /^edge\//] },
  // What main process and windows share, and what the windows are made of, runs in a page as well: nothing of Node.
  { from: /^app\/shared\//, to: [/^protocol\//, /^app\/shared\//] },
  { from: /^app\/renderer\//, to: [/^protocol\//, /^app\/(shared|renderer)\//] },
  { from: /^app\/preload\//, to: [/^protocol\//, /^app\/shared\//] },
  // The person's own process; it reaches the agent as the commands do.
  {
    from: /^app\/main\//,
    to: [
      /^protocol\//,
      /^app\/(main|shared)\//,
      /^agent\/(window-desk|log-bundle-file|private-file|clock|paths)\.ts$/,
    ],
  },
  // Starts the programs from a checkout.
  {
    from: /^app\/start\.ts$/,
    to: [/^app\/build\//, /^agent\/paths\.ts$/, /^agent\/management\/client\.ts$/],
  },
  { from: /^app\/build\//, to: [/^app\/build\//] },
];

/**
 * Files that must not touch the world: time, randomness and effects come in as arguments and go out as values. The HTTP
 * gateway is the shell that both programs share (decision 10).
 */
const pure =
  /^(protocol\/(?!gateway\/)|agent\/core\/|agent\/policy\/|edge\/core\/|app\/shared\/)|-model\.ts$/;
/** What pure files may load: values and arithmetic, no sockets, files, timers or processes. */
const pureModules = /^(zod|ipaddr\.js|structured-headers|dns-packet|jose|yaml)$/;
const impureGlobals = [
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bMath\.random\b/,
  /\bset(?:Timeout|Interval|Immediate)\(/,
  /(?<![.\w])process\./,
  /\bcrypto\.(?:random|getRandomValues)/,
  /\bfetch\(/,
];

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const imports = importsOf(text);

  test('begins by saying what it is', () => {
    expect(text).toMatch(/^(#!.*\n)?\/\/ \S/);
  });

  test('imports in the allowed directions only', () => {
    const rule = directions.find(({ from }) => from.test(file));
    const folder = rule?.from.exec(file)?.groups?.folder ?? '';
    const allowed = (rule?.to ?? []).map((to) => new RegExp(to.source.replace('$<folder>', folder)));
    const targets = imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier }) => posix.join(dirname(file), specifier))
      // Data that the package carries belongs to everyone.
      .filter((target) => !target.startsWith('assets/') && target !== 'package.json');
    expect(targets.filter((target) => !allowed.some((to) => to.test(target)))).toEqual([]);
  });

  test('has no default export and is no barrel', () => {
    expect(text).not.toMatch(/^export default/m);
    expect(text).not.toMatch(/^export \* from/m);
  });
});

describe.each(files.filter((file) => pure.test(file)))('%s is pure:', (file) => {
  const text = readFileSync(join(root, file), 'utf8');

  test('it loads values and arithmetic only', () => {
    const modules = importsOf(text).filter(
      ({ specifier, typeOnly }) => !specifier.startsWith('.') && !typeOnly,
    );
    expect(modules.map((m) => m.specifier).filter((specifier) => !pureModules.test(specifier))).toEqual([]);
  });

  test('it asks no clock, rolls no dice and sets no timer', () => {
    const code = withoutComments(text);
    expect(impureGlobals.filter((pattern) => pattern.test(code)).map(String)).toEqual([]);
  });

  test('it has tests of its own, or holds types and schemas only', () => {
    const mirrored = join(root, 'test/unit', file.replace(/\.ts$/, '.test.ts'));
    expect(existsSync(mirrored) || !/^export (?:async )?function/m.test(text)).toBe(true);
  });
});

test('the imports of a file are read in every form', () => {
  const text = `import { a } from './a.ts';\nimport type { B } from 'b';\nimport 'c';\nexport { d } from './d.ts';\nconst e = await import('./e.ts');`;
  expect(importsOf(text)).toEqual([
    { specifier: './a.ts', typeOnly: false },
    { specifier: 'b', typeOnly: true },
    { specifier: './d.ts', typeOnly: false },
    { specifier: 'c', typeOnly: false },
    { specifier: './e.ts', typeOnly: false },
  ]);
});

function importsOf(text: string): { specifier: string; typeOnly: boolean }[] {
  const code = withoutComments(text);
  const from = [
    ...code.matchAll(/^(?:import|export)(?<type>\s+type)?\s[^;'"]*?from\s+'(?<specifier>[^']+)'/gm),
  ];
  const bare = [...code.matchAll(/^import\s+'(?<specifier>[^']+)'/gm)];
  const dynamic = [...code.matchAll(/\bimport\(\s*'(?<specifier>[^']+)'/g)];
  return [...from, ...bare, ...dynamic].map(({ groups }) => ({
    specifier: groups?.specifier ?? '',
    typeOnly: groups?.type !== undefined,
  }));
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}
