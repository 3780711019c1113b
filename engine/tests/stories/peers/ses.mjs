// Amazon SES as npm's aws-ses-v2-local writes it, which keeps what it takes and tells it at `/store`. Arguments: the folder with
// the npm packages. Tells its address; ends with standard input.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const ses = createRequire(join(process.argv[2], 'package.json'))('aws-ses-v2-local');
const server = await ses.default({ host: '127.0.0.1', port: 0 });
console.log(`http://127.0.0.1:${server.address().port}`);
process.stdin.resume().on('end', () => process.exit(0));
