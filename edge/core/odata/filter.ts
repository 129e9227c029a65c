// `$filter` of OData 4.01 (part 2, section 5.1.1) as a small tree: what Graph's callers use, and a clear refusal of the rest.
import { OpenGsaError } from '../../../protocol/error.ts';
import type { Fields, FieldType } from './fields.ts';
import { type Token, tokenize } from './tokens.ts';

export const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];
export const textFunctions = ['startswith', 'endswith', 'contains'] as const;
export type TextFunction = (typeof textFunctions)[number];

/** Dates are ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes them. */
export type Literal = string | number | boolean | null;

/** Every value in it has the type of its field, or is null. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly of: Filter }
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: Comparison;
      readonly value: Literal;
    }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly Literal[] }
  | {
      readonly kind: 'text';
      readonly function: TextFunction;
      readonly field: string;
      readonly value: string;
    };

/** In characters; a URL of Graph's clients is shorter. */
export const longestFilter = 4096;
/** Of parentheses, `not`, `and` and `or` together: bounds the stack of whoever walks the tree. */
const deepest = 64;
const mostValues = 200;

/** @throws OpenGsaError `bad-message` that names the place or the property at fault */
export function parseFilter(text: string, fields: Fields): Filter {
  if (text.length > longestFilter) throw fault(`is longer than ${longestFilter} characters`);
  const reader = createReader(tokenize(text));
  const filter = readOr(reader, fields, 0);
  const rest = reader.next();
  if (rest.kind !== 'end') throw fault(`does not go on at ${place(rest)}`);
  return filter;
}

type Reader = { readonly peek: () => Token; readonly next: () => Token };

function createReader(tokens: readonly Token[]): Reader {
  let at = 0;
  const end: Token = { kind: 'end', text: '', at: -1 };
  const peek = (): Token => tokens[at] ?? end;
  return {
    peek,
    next: () => {
      const token = peek();
      at += 1;
      return token;
    },
  };
}

function readOr(reader: Reader, fields: Fields, depth: number): Filter {
  return readChain(reader, 'or', depth, (inner) =>
    readChain(reader, 'and', inner, (innermost) => readTerm(reader, fields, innermost)),
  );
}

function readChain(
  reader: Reader,
  kind: 'and' | 'or',
  depth: number,
  read: (depth: number) => Filter,
): Filter {
  let level = depth;
  let left = read(level);
  while (isWord(reader.peek(), kind)) {
    reader.next();
    // A long chain is a deep tree.
    level = deeper(level);
    left = { kind, left, right: read(level) };
  }
  return left;
}

function readTerm(reader: Reader, fields: Fields, depth: number): Filter {
  const token = reader.next();
  if (isWord(token, 'not')) return { kind: 'not', of: readTerm(reader, fields, deeper(depth)) };
  if (token.kind === '(') {
    const filter = readOr(reader, fields, deeper(depth));
    expectKind(reader.next(), ')');
    return filter;
  }
  if (token.kind !== 'word') throw fault(`needs a property or a function at ${place(token)}`);
  if (reader.peek().kind === '(') return readFunction(token, reader, fields);
  const type = typeOf(token.text, fields);
  const operator = reader.next();
  if (isWord(operator, 'in')) return readIn(token.text, type, reader);
  const comparison = comparisons.find((name) => isWord(operator, name));
  if (comparison === undefined) {
    throw fault(`needs one of ${comparisons.join(', ')}, in at ${place(operator)}`);
  }
  const value = readLiteral(reader.next(), type, token.text);
  if ((value === null || type === 'boolean') && comparison !== 'eq' && comparison !== 'ne') {
    throw fault(`${token.text} can be compared with ${String(value)} by eq and ne only`);
  }
  return { kind: 'compare', field: token.text, operator: comparison, value };
}

function readFunction({ text }: Token, reader: Reader, fields: Fields): Filter {
  const name = textFunctions.find((one) => one === text);
  if (name === undefined) {
    throw fault(`the function ${text} is not known here; there are ${textFunctions.join(', ')}`);
  }
  expectKind(reader.next(), '(');
  const field = reader.next();
  if (field.kind !== 'word') throw fault(`${name} needs a property first, at ${place(field)}`);
  if (typeOf(field.text, fields) !== 'string') throw fault(`${name} needs a property that is text`);
  expectKind(reader.next(), ',');
  const value = reader.next();
  if (value.kind !== 'string') throw fault(`${name} needs text in single quotes, at ${place(value)}`);
  expectKind(reader.next(), ')');
  return { kind: 'text', function: name, field: field.text, value: value.text };
}

function readIn(field: string, type: FieldType, reader: Reader): Filter {
  expectKind(reader.next(), '(');
  const values: Literal[] = [];
  for (;;) {
    values.push(readLiteral(reader.next(), type, field));
    if (values.length > mostValues) throw fault(`in takes at most ${mostValues} values`);
    const separator = reader.next();
    if (separator.kind === ')') return { kind: 'in', field, values };
    expectKind(separator, ',');
  }
}

function readLiteral(token: Token, type: FieldType, field: string): Literal {
  if (isWord(token, 'null')) return null;
  const wanted = (what: string) => fault(`${field} is compared with ${what}, not with ${place(token)}`);
  switch (type) {
    case 'string':
      if (token.kind !== 'string') throw wanted("text in single quotes such as 'Contoso'");
      return token.text;
    case 'number':
      if (token.kind !== 'number') throw wanted('a number');
      return Number(token.text);
    case 'boolean':
      if (!isWord(token, 'true') && !isWord(token, 'false')) throw wanted('true or false');
      return token.text === 'true';
    case 'date': {
      const time = token.kind === 'date' ? Date.parse(token.text) : Number.NaN;
      if (Number.isNaN(time)) throw wanted('a time such as 2026-06-01T12:00:00Z');
      return new Date(time).toISOString();
    }
  }
}

function typeOf(name: string, fields: Fields): FieldType {
  const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (type !== undefined) return type;
  throw fault(
    `the property ${name} cannot be asked for here; there are ${Object.keys(fields).sort().join(', ')}`,
  );
}

function deeper(depth: number): number {
  if (depth >= deepest) throw fault('is nested too deeply');
  return depth + 1;
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text === word;
}

function expectKind(token: Token, kind: Token['kind']): void {
  if (token.kind !== kind) throw fault(`needs ${kind} at ${place(token)}`);
}

function place({ kind, text, at }: Token): string {
  return kind === 'end' ? 'its end' : `position ${at} (${text.slice(0, 40)})`;
}

function fault(message: string): OpenGsaError {
  return new OpenGsaError('bad-message', `$filter: ${message}`);
}
