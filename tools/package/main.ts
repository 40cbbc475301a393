/* What `npm pack` runs first, after the command line was bundled: writes dist/constructs. */
import { resolve } from 'node:path';
import { writeConstructs } from './constructs';

writeConstructs(resolve(__dirname, '../../dist/constructs'));
