/** Turns a line that a function logged into what a person reads; nothing, if there is nothing to tell. */
export function tell(functionName: string, line: string): string | undefined {
	if (line.trim() === "") return undefined;
	const logged = parse(line);
	const teller = tellers[String(logged?.function)];
	if (!logged || !teller) return `${functionName}  ${line}`;
	const { Provider = functionName } = logged;
	return teller(logged)
		.map(([what, ...more]) => columns([Provider, what, ...more]))
		.join("\n");
}

type Logged = Readonly<Record<string, unknown>>;

const widths = [11, 11, 38];

function columns(words: unknown[]): string {
	return words
		.filter((word) => word !== undefined && word !== "")
		.map((word, index) => String(word).padEnd(widths[index] ?? 0))
		.join(" ")
		.trimEnd();
}

const tellers: Readonly<Record<string, (logged: Logged) => unknown[][]>> = {
	webhook: ({ outcome, type, id, reason, error, settings }) => [
		[outcome, type, id, reason, error],
		...list(settings).map((setting) => ["settings", `look at ${setting}`]),
	],
	forward: ({ events, failures, held }) => [
		...list(events).map(({ id, type }) => ["forwarded", type, id]),
		...list(failures).map(({ id, reason }) => ["failed", reason, id]),
		...(held === undefined ? [] : [["held up", held]]),
	],
	poll: ({ skipped, stopped, settings, failures, ...counts }) => [
		["polled", skipped ?? counted(counts), stopped && `stopped: ${stopped}`],
		...list(settings).map((setting) => ["polled", `look at ${setting}`]),
		...Object.entries(failures ?? {}).map(([why, count]) => [
			"polled",
			`${count} × ${why}`,
		]),
	],
	watch: ({ method, status, error }) => [["watch", method, status, error]],
};

// zeros say nothing, but for the requests
function counted({ requests, ...counts }: Logged): string {
	const names = "observed recorded recovered known stale failed expired ended";
	const some = names
		.split(" ")
		.filter((name) => counts[name])
		.map((name) => `${counts[name]} ${name}`);
	return [`${requests} requests`, ...some].join(", ");
}

function list(value: unknown): Logged[] {
	return Array.isArray(value) ? value : [];
}

function parse(line: string): Logged | undefined {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === "object" && value !== null
			? (value as Logged)
			: undefined;
	} catch {
		return undefined;
	}
}
