import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';
import type { PlainAnswer } from './plain-request.ts';

const Media = z.looseObject({ schema: z.looseObject({}).optional() });
const Response = z.looseObject({ content: z.record(z.string(), Media).optional() });
const Parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().optional(),
});
const Operation = z.looseObject({
  parameters: z.array(Parameter).default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), Media) }).optional(),
  responses: z.record(z.string(), Response),
  security: z.array(z.unknown()).optional(),
});
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.enum(['get', 'post', 'put', 'patch', 'delete']), Operation.optional())),
});

/** A route as the OpenAPI document tells it. */
export interface Described {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly z.infer<typeof Parameter>[];
  readonly hasBody: boolean;
  readonly isGuarded: boolean;
  /** What of an answer the document does not allow, in words, or null. */
  readonly misfit: (answer: PlainAnswer) => string | null;
}

function pointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** Every route of the document, with a judge of answers. */
export function describedRoutes(document: unknown): readonly Described[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document as object, 'api');
  const judges = new Map<string, ValidateFunction>();

  function judge(steps: readonly string[]): ValidateFunction {
    const at = `api#/${steps.map(pointer).join('/')}`;
    const made = judges.get(at) ?? ajv.compile({ $ref: at });
    judges.set(at, made);
    return made;
  }

  return Object.entries(Document.parse(document).paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      if (operation === undefined) return [];
      const { parameters, requestBody, responses, security } = operation;
      const misfit = ({ status, headers, text }: PlainAnswer): string | null => {
        const named = [String(status), `${String(status)[0]}XX`, 'default'];
        const listed = Object.keys(responses).find((key) => named.includes(key.replaceAll('x', 'X')));
        if (listed === undefined) return `status ${status} is not listed`;
        const content = responses[listed]?.content ?? {};
        const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
        if (text === '') return Object.keys(content).length === 0 || type !== '' ? null : `${status} has no body`;
        if (!(type in content)) return `${status} is ${type}, not ${Object.keys(content).join(' or ')}`;
        if (!type.endsWith('json') || content[type]?.schema === undefined) return null;
        const validate = judge(['paths', path, method, 'responses', listed, 'content', type, 'schema']);
        if (validate(JSON.parse(text))) return null;
        return `${status} body: ${ajv.errorsText(validate.errors)}`;
      };
      const isGuarded = security !== undefined;
      return [
        { method: method.toUpperCase(), path, parameters, hasBody: requestBody !== undefined, isGuarded, misfit },
      ];
    }),
  );
}
