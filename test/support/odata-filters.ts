// Filters of OData at random, about fields and values of one's own.
import fc from 'fast-check';
import { valueAt, type Fields } from '../../edge/core/odata/fields.ts';
import { comparisons, type Filter, type Literal, textFunctions } from '../../edge/core/odata/filter.ts';

/** @param records whose values filters ask for, so that they find something */
export function anyFilter(fields: Fields, records: readonly object[]): fc.Arbitrary<Filter> {
  const names = Object.keys(fields);
  const literal = (field: string): fc.Arbitrary<Literal> =>
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.constantFrom(...records).map((record) => literalOf(valueAt(record, field))),
      },
      { weight: 1, arbitrary: fc.constant(fields[field] === 'number' ? 0 : null) },
    );
  const text = (field: string): fc.Arbitrary<string> =>
    fc
      .tuple(literal(field), fc.nat(6), fc.nat(6))
      .map(([value, from, length]) =>
        typeof value === 'string' ? inAnyCase(value.slice(from, from + length), from) : '',
      );
  const leaf = fc.constantFrom(...names).chain((field): fc.Arbitrary<Filter> =>
    fc.oneof(
      fc.record({
        kind: fc.constant('compare' as const),
        field: fc.constant(field),
        operator: fc.constantFrom(...comparisons),
        value: literal(field),
      }),
      fc.record({
        kind: fc.constant('in' as const),
        field: fc.constant(field),
        values: fc.array(literal(field), { minLength: 1, maxLength: 4 }),
      }),
      fields[field] === 'string'
        ? fc.record({
            kind: fc.constant('text' as const),
            function: fc.constantFrom(...textFunctions),
            field: fc.constant(field),
            value: text(field),
          })
        : fc.record({
            kind: fc.constant('compare' as const),
            field: fc.constant(field),
            operator: fc.constant('eq' as const),
            value: literal(field),
          }),
    ),
  );
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        left: tie('filter'),
        right: tie('filter'),
      }),
      fc.record({ kind: fc.constant('not' as const), of: tie('filter') }),
    ),
  })).filter;
}

function literalOf(value: unknown): Literal {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function inAnyCase(text: string, salt: number): string {
  return salt % 2 === 0 ? text : text.toUpperCase();
}
