// Prism over one call of a published OpenAPI document. Arguments: the folder with the npm packages, the document, and what is to
// be known of it as JSON: `published`, the path of the call in the document; `real`, the path at which the provider has it;
// `newer`, fields that the document does not know yet; `gone`, fields that it asks for and the provider does not; `open`, when
// its schemas are put together in such a way that nothing can be refused for not being in one of them.
// Tells its address, and when standard input ends, what it saw.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, file, known] = process.argv.slice(2);
const { published, real, newer = [], gone = [], open = false } = JSON.parse(known);
const require = createRequire(join(packages, 'package.json'));
const { getHttpOperationsFromSpec } = require('@stoplight/prism-http');
const { createServer } = require('@stoplight/prism-http-server');

// The document without its other calls, which would have to be made ready, too.
const document = JSON.parse(readFileSync(file, 'utf8'));
const { post, parameters } = document.paths[published];
const isInPath = (parameter) => parameter.in !== 'path' || real.includes(`{${parameter.name}}`);
post.parameters = post.parameters?.filter(isInPath);
document.paths = { [real]: { post, parameters } };

// OpenAPI lets every field pass that a schema does not name, and with it each that is misspelt.
function close(schema) {
  const { properties } = schema;
  if (Array.isArray(schema.required)) schema.required = schema.required.filter((name) => !gone.includes(name));
  if (properties && !schema.additionalProperties && !open) {
    schema.additionalProperties = false;
    for (const name of newer) properties[name] ??= {};
    // Google takes its fields under two names: `collapseKey` as in the document and `collapse_key` as in its reference.
    for (const [name, value] of Object.entries(properties).filter(([name]) => /^[a-z]+[A-Z]/.test(name)))
      properties[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] ??= value;
  }
  for (const part of Object.values(schema)) if (part !== null && typeof part === 'object') close(part);
}
close(post.requestBody);
close(document.components.schemas);

const saw = { requests: 0, violations: [] };
const nothing = () => {};
// Prism also tells how it makes up an answer.
const note = (about, text = about) => {
  if (text === 'Request received') saw.requests += 1;
  if (about.name === 'VALIDATOR' || text.startsWith('Request terminated')) saw.violations.push(text);
};
const logger = { trace: nothing, debug: nothing, success: nothing, info: note, warn: note, error: note };
logger.child = () => logger;

const mock = { dynamic: false };
const config = { isProxy: false, checkSecurity: true, validateRequest: true, validateResponse: false, errors: true, mock };
const server = createServer(await getHttpOperationsFromSpec(document), { cors: false, config, components: { logger } });
console.log(await server.listen(0, '127.0.0.1'));

process.stdin.resume().on('end', () => {
  console.log(JSON.stringify(saw));
  process.exit(0);
});
