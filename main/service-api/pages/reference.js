// Shows the OpenAPI document as text. Every word of it is put in as text, never as markup.

/** @param {string} name @param {string} [text] @param {string} [kind] */
function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind !== undefined) made.className = kind;
  return made;
}

/** What stands between backticks is code. @param {string} text */
function paragraph(text) {
  const made = element('p');
  text.split('`').forEach((part, n) => made.append(n % 2 === 0 ? part : element('code', part)));
  return made;
}

/** @param {string} title @param {unknown} schema */
function schemaPart(title, schema) {
  const part = element('section');
  part.append(element('h4', title), element('pre', JSON.stringify(schema, null, 2)));
  return part;
}

/** @param {{ name: string, in: string, required?: boolean, description?: string, schema?: object }[]} parameters */
function parameterTable(parameters) {
  const table = element('table');
  const head = element('tr');
  for (const title of ['Parameter', 'In', 'Form']) head.append(element('th', title));
  table.append(head);
  for (const { name, in: place, required, schema } of parameters) {
    const row = element('tr');
    const first = element('td');
    first.append(element('code', name), required === true ? ' required' : '');
    const form = element('td');
    form.append(element('code', JSON.stringify(schema)));
    row.append(first, element('td', place), form);
    table.append(row);
  }
  return table;
}

/** @param {Record<string, { schema?: unknown }> | undefined} content */
function schemasOf(content) {
  return Object.entries(content ?? {}).map(([type, { schema }]) => ({ type, schema }));
}

/** @param {string} path @param {string} method @param {any} operation */
function routePart(path, method, operation) {
  const part = element('details');
  const title = element('summary');
  title.append(
    element('span', method.toUpperCase(), 'method'),
    element('span', path, 'path'),
    ` ${operation.summary ?? ''}`,
  );
  const inside = element('div', undefined, 'inside');
  if (operation.security !== undefined) inside.append(element('p', 'Needs a token and a proof (DPoP).'));
  if (operation.parameters !== undefined) inside.append(parameterTable(operation.parameters));
  for (const { type, schema } of schemasOf(operation.requestBody?.content)) {
    inside.append(schemaPart(`Body: ${type}`, schema));
  }
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    const schemas = schemasOf(answer.content);
    if (schemas.length === 0) inside.append(element('h4', `${status}: ${answer.description ?? ''}`));
    for (const { type, schema } of schemas) inside.append(schemaPart(`${status}: ${type}`, schema));
  }
  part.append(title, inside);
  return part;
}

async function show() {
  const list = document.getElementById('routes');
  const about = document.getElementById('about');
  if (list === null || about === null) return;
  const response = await fetch('/v1/openapi.json');
  if (!response.ok) {
    list.replaceChildren(element('p', 'The document cannot be read at the moment. Is the locker unlocked?'));
    return;
  }
  const api = await response.json();
  for (const text of String(api.info.description).split('\n\n')) about.append(paragraph(text));
  list.replaceChildren();
  for (const { name, description } of api.tags) {
    list.append(element('h2', name), element('p', description));
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (operation.tags?.includes(name) === true) list.append(routePart(path, method, operation));
      }
    }
  }
}

void show();
