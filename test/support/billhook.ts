import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Installed } from "../../functions/installed.ts";
import { type Registry, runBillhook } from "../../ops/command/run.ts";
import { commands as ours } from "../../ops/commands.ts";
import type { Cloud } from "./cloud.ts";

export interface Typing {
	commands?: Registry;
	environment?: Readonly<Record<string, string | undefined>>;
	stdin?: string;
	/** as on a terminal that many columns wide */
	columns?: number;
	signal?: AbortSignal;
	/** told each line of the result as it comes */
	onLine?: (line: string) => void;
}

/** Types a command, and answers what it printed. */
export async function type(
	words: string | readonly string[],
	{
		commands = ours,
		environment = {},
		stdin = "",
		columns,
		signal = new AbortController().signal,
		onLine = () => {},
	}: Typing = {},
) {
	const isTTY = columns !== undefined;
	const out = Object.assign(new PassThrough(), { isTTY });
	const err = Object.assign(new PassThrough(), { isTTY, columns });
	out.on("data", (chunk) =>
		String(chunk).trimEnd().split("\n").forEach(onLine),
	);
	const [stdout, stderr] = [text(out), text(err)];
	const typed =
		typeof words === "string" ? words.split(" ").filter(Boolean) : words;
	const code = await runBillhook(commands, typed, {
		stdin: Readable.from([stdin]),
		stdout: out,
		stderr: err,
		environment,
		signal,
	});
	out.end();
	err.end();
	return {
		code,
		stdout: await stdout,
		stderr: await stderr,
		lines: (await stdout).trimEnd().split("\n").filter(Boolean),
	};
}

export type TypedAt = (
	words: string | readonly string[],
	typing?: Typing,
) => ReturnType<typeof type>;

/** Types commands at an installation on a test's own cloud, found as the local cloud is. */
export function typeAt(
	{ endpoints }: Pick<Cloud, "endpoints">,
	folder: string,
	providers: Readonly<Record<string, Installed>>,
): TypedAt {
	const parameters = Object.fromEntries(
		Object.entries(providers).map(([name, own]) => [
			`/billhook/local/${name}`,
			own,
		]),
	);
	writeFileSync(
		join(folder, "local.json"),
		JSON.stringify({
			// whatever answers there
			api: endpoints.sqs,
			region: "us-east-1",
			credentials: { accessKeyId: "local", secretAccessKey: "local" },
			endpoints,
			parameters,
		}),
	);
	return (words, typing = {}) =>
		type(words, {
			...typing,
			environment: { BILLHOOK_DATA: folder, ...typing.environment },
		});
}

/** An installed provider of which a test uses a part. */
export function installed(own: Partial<Installed> = {}): Installed {
	return {
		api: "http://127.0.0.1:9",
		hook: "/hooks/tiny/{token}",
		tables: { inbox: "inbox" },
		queues: { events: "http://127.0.0.1:9", dead: "http://127.0.0.1:9" },
		bucket: "bucket",
		log: "log",
		subjectKey: "key",
		secrets: { webhook: "webhook" },
		functions: { webhook: "webhook", forward: "forward" },
		...own,
	};
}
