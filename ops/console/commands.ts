import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type Registry, runBillhook } from "../command/run.ts";
import type { Installation } from "../installation/installation.ts";
import { Trouble } from "../trouble.ts";

/** The commands that the page has run: it lists and acts by no other way. */
const commands = {
	"dead-letters list": async () =>
		(await import("../dead-letters/list.ts")).default,
	"dead-letters redrive": async () =>
		(await import("../dead-letters/redrive.ts")).default,
	trigger: async () => (await import("../trigger/trigger.ts")).default,
	"watch list": async () => (await import("../watches/list.ts")).default,
	"watch stop": async () => (await import("../watches/stop.ts")).default,
} satisfies Registry;

/** Runs a command as if it were typed; answers the lines that it printed. */
export async function runTyped(
	installation: Installation,
	name: keyof typeof commands,
	words: readonly string[],
	signal: AbortSignal,
): Promise<string[]> {
	const { folder, stage, clients } = installation;
	const stdout = Object.assign(new PassThrough(), { isTTY: false });
	const stderr = Object.assign(new PassThrough(), { isTTY: false });
	const printed = Promise.all([text(stdout), text(stderr)]);
	const where = folder
		? []
		: ["--stage", stage, "--region", await clients.ssm().config.region()];
	const code = await runBillhook(
		commands,
		[...name.split(" "), ...where, ...words],
		{
			stdin: Readable.from([]),
			stdout,
			stderr,
			environment: folder ? { BILLHOOK_DATA: folder } : process.env,
			signal,
		},
	);
	stdout.end();
	stderr.end();
	const [lines, notes] = await printed;
	if (code === 1 || code === 2) throw new Trouble(notes.trim() || lines.trim());
	return lines.split("\n").filter(Boolean);
}
