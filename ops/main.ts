import { runBillhook } from "./command/run.ts";
import { commands } from "./commands.ts";

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const)
	process.once(name, () => stop.abort());
// nobody reads on: billhook events | head
process.stdout.on("error", () => stop.abort());

const { stdin, stdout, stderr, env: environment } = process;
runBillhook(commands, process.argv.slice(2), {
	stdin,
	stdout,
	stderr,
	environment,
	signal: stop.signal,
}).then((code) => {
	process.exitCode = code;
});
