import { runRehearsal } from './run-rehearsal';

void runRehearsal(process.argv.slice(2)).then((code) => process.exit(code));
