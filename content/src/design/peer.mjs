// The MJML of npm. Argument: the folder with the npm packages. Reads a list of MJML texts as JSON, tells the list of their HTML.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.argv[2], 'package.json'));
const mjml = require('mjml');
let input = '';
for await (const chunk of process.stdin) input += chunk;
const made = [];
for (const source of JSON.parse(input)) {
  const { html, errors } = await (mjml.default ?? mjml)(source, { validationLevel: 'strict', fonts: {}, minify: false, keepComments: false });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  made.push(html);
}
process.stdout.write(JSON.stringify(made));
