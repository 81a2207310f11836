import { z } from 'zod';

/** The part of JSON Schema that zod writes for the shapes of `protocol/`. */
const Node = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.json().optional(),
  enum: z.array(z.json()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  prefixItems: z.array(z.unknown()).optional(),
  default: z.json().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  pattern: z.string().optional(),
});
type Node = z.infer<typeof Node>;

/** A range is said only where it is narrower than what the type can hold. */
const WIDEST = Number.MAX_SAFE_INTEGER;

function range(low: number | undefined, high: number | undefined, unit: string): string {
  const from = low === undefined || low <= -WIDEST ? '' : String(low);
  const to = high === undefined || high >= WIDEST ? '' : String(high);
  if (from === '' && to === '') return '';
  if (to === '') return `at least ${from}${unit}`;
  return from === '' ? `at most ${to}${unit}` : `${from} to ${to}${unit}`;
}

/** What the type alone does not say. */
function limits(node: Node): string {
  const parts = [
    range(node.minimum, node.maximum, ''),
    node.exclusiveMinimum === undefined ? '' : `more than ${node.exclusiveMinimum}`,
    range(node.minLength, node.maxLength, ' characters'),
    range(node.minItems, node.maxItems, ' items'),
    node.pattern === undefined ? '' : `matches ${node.pattern}`,
    node.default === undefined ? '' : `default ${JSON.stringify(node.default)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function union(options: readonly unknown[], indent: string): string {
  return options.map((option) => shapeText(option, indent)).join(' | ');
}

function members(node: Node, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(node.properties ?? {}).map(([name, value]) => {
    const optional = node.required?.includes(name) === true ? '' : '?';
    const said = limits(Node.parse(value));
    return `${inner}${name}${optional}: ${shapeText(value, inner)}${said === '' ? '' : `  // ${said}`}\n`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
}

/** A shape in the notation of TypeScript's types, with the limits of each member beside it. */
export function shapeText(schema: unknown, indent = ''): string {
  const node = Node.parse(schema);
  if (node.$ref !== undefined) return node.$ref;
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.map((value) => JSON.stringify(value)).join(' | ');
  const options = node.anyOf ?? node.oneOf;
  if (options !== undefined) return union(options, indent);
  if (Array.isArray(node.type)) return node.type.join(' | ');
  if (node.prefixItems !== undefined) return `[${node.prefixItems.map((item) => shapeText(item, indent)).join(', ')}]`;
  if (node.type === 'array') {
    const item = shapeText(node.items ?? {}, indent);
    return /[|]/.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
  }
  if (node.type === 'object') {
    if (node.properties !== undefined) return members(node, indent);
    return `{ [key: string]: ${shapeText(node.additionalProperties ?? {}, indent)} }`;
  }
  return node.type ?? 'any';
}
