import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "../command/command.ts";
import { Trouble } from "../trouble.ts";

export default defineCommand({
	name: "start",
	summary: "the installation on this machine, as its template says",
	description: `Synthesizes the CDK app of the working directory, the \`app\` of its cdk.json, and runs the template of the stack
that has an installation on real engines: Dynoxide or DynamoDB Local, and fauxqs. No account is needed. What
else the stack holds is left alone. Ctrl-C stops all of it; data stays in .billhook/.`,
	options: {
		fresh: {
			type: "boolean",
			says: "first delete tables, queues and objects; settings are kept",
		},
		quiet: {
			type: "boolean",
			says: "print addresses only, not each event as it moves",
		},
		stage: {
			type: "string",
			value: "<stage>",
			says: "what -c stage=… would say to the app",
		},
		stack: {
			type: "string",
			value: "<name>",
			says: "the stack to run, where several have an installation",
		},
	},
	examples: [
		["start", "run what `cdk deploy` would deploy"],
		["start --fresh --quiet", "begin with nothing remembered"],
	],
	async run({ values, environment, signal }) {
		if (!("AsyncDisposableStack" in globalThis))
			throw new Trouble(
				`billhook start needs Node 24 or later, which is what the functions run on; this is ${process.version}.`,
			);
		const { fresh, quiet, stage, stack } = values;
		const words = [
			...(fresh ? ["--fresh"] : []),
			...(quiet ? ["--quiet"] : []),
			...(stage ? ["--stage", stage] : []),
			...(stack ? ["--stack", stack] : []),
		];
		// a process of its own, with a thread for each function
		const child = spawn(process.execPath, [program(), ...words], {
			stdio: "inherit",
			env: environment as NodeJS.ProcessEnv,
		});
		// a terminal tells both of Ctrl-C; whoever ends us alone does not
		signal.addEventListener("abort", () => child.kill("SIGTERM"));
		const [code] = await once(child, "exit");
		return code === 0 ? "done" : "trouble";
	},
});

function program(): string {
	const built = join(import.meta.dirname, "start.js");
	const source = join(import.meta.dirname, "../../local/start.ts");
	return existsSync(built) ? built : source;
}
