/** Whether what a schema describes is what a type expects, as a list of differences. Types are lists of the members of a union. */

import ts from 'typescript';

export type Schema = {
  type?: string | readonly string[]; properties?: Record<string, Schema>; required?: readonly string[]; items?: Schema; enum?: readonly unknown[]; const?: unknown;
  oneOf?: readonly Schema[]; anyOf?: readonly Schema[]; additionalProperties?: boolean | Schema;
};

type Types = readonly ts.Type[];

/** What can go wrong for whoever reads an answer of this schema as this type. */
export function unreadable(checker: ts.TypeChecker, type: ts.Type, schema: Schema): string[] {
  return differences(checker, [type], schema, 'answer');
}

function differences(checker: ts.TypeChecker, given: Types, schema: Schema, at: string): string[] {
  const types = given.flatMap(membersOf);
  if (types.some((one) => (one.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) !== 0)) return [];
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants !== undefined) return variants.flatMap((variant) => differences(checker, types.filter((one) => isOf(checker, one, variant)), variant, at));
  return kindsOf(schema).flatMap((kind) => {
    const takers = types.filter((one) => takes(checker, one, kind));
    if (takers.length === 0) return [`${at}: can be ${kind}`];
    switch (kind) {
      case 'array': return listDifferences(checker, takers, schema, at);
      case 'object': return objectDifferences(checker, takers, schema, at);
      case 'null': return [];
      default: return literalDifferences(takers, kind, schema, at);
    }
  });
}

/** True unless a literal of the variant says that it is another member's. */
function isOf(checker: ts.TypeChecker, type: ts.Type, variant: Schema): boolean {
  return Object.entries(variant.properties ?? {}).every(([name, described]) => {
    const property = type.getProperty(name);
    const stated = literalsOf(described);
    if (property === undefined || stated.length === 0) return true;
    const told = membersOf(checker.getTypeOfSymbol(property)).map(literalOf);
    return told.includes(null) || stated.some((value) => told.includes(String(value)));
  });
}

function takes(checker: ts.TypeChecker, type: ts.Type, kind: string): boolean {
  switch (kind) {
    case 'null': return (type.flags & ts.TypeFlags.Null) !== 0;
    case 'string': return (type.flags & ts.TypeFlags.StringLike) !== 0;
    case 'integer': case 'number': return (type.flags & ts.TypeFlags.NumberLike) !== 0;
    case 'boolean': return (type.flags & ts.TypeFlags.BooleanLike) !== 0;
    case 'array': return checker.isArrayType(type);
    case 'object': return (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0 && !checker.isArrayType(type);
    default: return false;
  }
}

/** A type of literals takes those literals only, and the schema has to say that there are no others. */
function literalDifferences(takers: Types, kind: string, schema: Schema, at: string): string[] {
  const taken = takers.map(literalOf);
  if (taken.includes(null)) return [];
  const stated = literalsOf(schema).filter((value) => value !== null).map(String);
  const possible = stated.length === 0 && kind === 'boolean' ? ['true', 'false'] : stated;
  if (possible.length === 0) return [`${at}: can be any ${kind}`];
  return possible.filter((value) => !taken.includes(value)).map((value) => `${at}: can be ${value}`);
}

function listDifferences(checker: ts.TypeChecker, takers: Types, schema: Schema, at: string): string[] {
  const elements = takers.flatMap((one) => checker.getIndexTypeOfType(one, ts.IndexKind.Number) ?? []);
  return schema.items === undefined ? [] : differences(checker, elements, schema.items, `${at}[]`);
}

function objectDifferences(checker: ts.TypeChecker, takers: Types, schema: Schema, at: string): string[] {
  const maps = takers.flatMap((one) => checker.getIndexTypeOfType(one, ts.IndexKind.String) ?? []);
  if (maps.length > 0) return typeof schema.additionalProperties === 'object' ? differences(checker, maps, schema.additionalProperties, `${at}{}`) : [];
  const names = new Set(takers.flatMap((one) => one.getProperties().map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const properties = takers.flatMap((one) => one.getProperty(name) ?? []);
    const described = schema.properties?.[name];
    // An object of which nothing is described is open: what is in it cannot be held against anything.
    if (described === undefined) return schema.properties === undefined || schema.additionalProperties === true ? [] : [`${at}.${name}: is not described`];
    const relied = properties.length === takers.length && properties.every(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0);
    const missing = relied && !(schema.required ?? []).includes(name) ? [`${at}.${name}: can be missing`] : [];
    return [...missing, ...differences(checker, properties.map((property) => checker.getTypeOfSymbol(property)), described, `${at}.${name}`)];
  });
}

/** What is wrong with a body of this type where this schema is asked for: names, and what has to be there. */
export function unsendable(type: ts.Type, schema: Schema): string[] {
  return membersOf(type).filter((member) => member.getStringIndexType() === undefined).flatMap((member) => {
    const given = member.getProperties();
    const unknown = schema.additionalProperties === false ? given.filter(({ name }) => schema.properties?.[name] === undefined) : [];
    const missing = (schema.required ?? []).filter((name) => !given.some((property) => property.name === name && (property.flags & ts.SymbolFlags.Optional) === 0));
    return [...unknown.map(({ name }) => `body.${name}: is not taken`), ...missing.map((name) => `body.${name}: is required`)];
  });
}

/** The members of a union, `undefined` left out: whether something may be missing is said beside it. */
function membersOf(type: ts.Type): ts.Type[] {
  return (type.isUnion() ? type.types : [type]).filter((member) => (member.flags & ts.TypeFlags.Undefined) === 0);
}

/** The one value of a literal type as text; `null` where it is no literal. */
function literalOf(type: ts.Type): string | null {
  if (type.isStringLiteral() || type.isNumberLiteral()) return String(type.value);
  return (type.flags & ts.TypeFlags.BooleanLiteral) === 0 ? null : String((type as { intrinsicName?: string }).intrinsicName);
}

function literalsOf({ enum: values, const: value }: Schema): readonly unknown[] {
  return values ?? (value === undefined ? [] : [value]);
}

/** Each kind of value that a schema lets through; none where it says nothing. */
function kindsOf(schema: Schema): string[] {
  const { type, properties, items } = schema;
  if (type !== undefined) return typeof type === 'string' ? [type] : [...type];
  const literals = literalsOf(schema);
  if (literals.length > 0) return [...new Set(literals.map((one) => (one === null ? 'null' : typeof one)))];
  return properties !== undefined ? ['object'] : items !== undefined ? ['array'] : [];
}
