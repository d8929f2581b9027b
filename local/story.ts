import { Logged } from "../functions/log/logged.ts";

/** The files in which a person mends a provider's settings. */
export type SettingsPaths = Readonly<
	Record<string, { settings: string; credentials?: string }>
>;

/** Turns a line that a function logged into what a person reads; nothing, if there is nothing to tell. */
export function tell(
	functionName: string,
	line: string,
	paths: SettingsPaths = {},
): string | undefined {
	if (line.trim() === "") return undefined;
	const logged = parse(line);
	if (!logged) return `${functionName}  ${line}`;
	const rows = [...storyOf(logged), ...wrongSettings(logged, paths)];
	return (
		rows.map((row) => columns([logged.Provider, ...row])).join("\n") ||
		undefined
	);
}

type Of<Name extends Logged["function"]> = Extract<Logged, { function: Name }>;
type Row = (string | number | undefined)[];

const widths = [11, 11, 38];

function columns(words: Row): string {
	return words
		.filter((word) => word !== undefined)
		.map((word, index) => String(word).padEnd(widths[index] ?? 0))
		.join(" ")
		.trimEnd();
}

function storyOf(logged: Logged): Row[] {
	switch (logged.function) {
		case "webhook":
			return tellDelivery(logged);
		case "retry":
			return [["retried", logged.retried], ...tellDelivery(logged)];
		case "forward":
			return tellForwarded(logged);
		case "poll":
			return tellRun(logged);
		case "watch":
			return [["watch", logged.method, logged.status, logged.error]];
		// the person's own terminal has said it
		case "operator":
			return [];
	}
}

const outcomes = {
	new: "accepted",
	repeat: "duplicate",
	claim: "duplicate",
	stale: "stale",
	conflict: "conflict",
	return: "return",
};

function tellDelivery(line: Of<"webhook" | "retry">): Row[] {
	const { outcome, events = [], quarantined = [], watch } = line;
	const rows: Row[] = [
		...events.map(({ outcome, type, id }) => [outcomes[outcome], type, id]),
		...quarantined.flatMap(tellKept),
	];
	if (watch) rows.push([outcome, watch.known ? "known watch" : "watch"]);
	if (rows.length > 0) return rows;
	const { reason, error, at } = line;
	const method = line.function === "webhook" ? line.method : undefined;
	// whoever mends the settings needs no place in our code
	const where = line.settings ? undefined : at;
	return [[outcome, reason ? refusals[reason] : (error ?? method), where]];
}

const refusals = {
	token: "the token in its URL is wrong",
	method: "a method that is not taken",
	"too-large": "its body is too large",
	"not-for-this-inbox": "a question that nobody answers here",
};

type Kept = NonNullable<Of<"webhook">["quarantined"]>[number];

/** The reason and its key, then each field that was wrong. */
function tellKept({ id, reason, fields }: Kept): Row[] {
	return [
		["quarantined", reason, id],
		...fields.map(({ path, message }) => [
			"",
			path === "" ? message : `${path}: ${message}`,
		]),
	];
}

function tellForwarded({
	events = [],
	failures = [],
	held,
}: Of<"forward">): Row[] {
	const rows: Row[] = [
		...events.map(({ id, type }) => ["forwarded", type, id]),
		...failures.map(({ id, reason }) => ["failed", reason, id]),
	];
	if (held) rows.push(["held up", held.reason, held.id]);
	return rows;
}

const counts = [
	"observed",
	"recorded",
	"known",
	"stale",
	"failed",
	"expired",
	"ended",
] as const;

/** A run that had nothing to ask is no news. */
function tellRun(run: Of<"poll">): Row[] {
	const { part, requests, skipped, stopped, events = [], failures = {} } = run;
	const recovered = events.map(({ id, type }) => ["recovered", type, id]);
	if (part) return recovered;
	const some = counts
		.filter((name) => run[name] > 0)
		.map((name) => `${run[name]} ${name}`);
	const rows: Row[] = [
		...recovered,
		...(run.quarantined ?? []).flatMap(tellKept),
		...Object.entries(failures).map(([why, count]) => [
			"polled",
			`${count} × ${why}`,
		]),
	];
	const isNews = requests > 0 || skipped || stopped || some.length > 0;
	if (isNews)
		rows.unshift([
			"polled",
			skipped ?? [`${requests} requests`, ...some].join(", "),
			stopped && `stopped: ${stopped}`,
		]);
	return rows;
}

function wrongSettings(logged: Logged, paths: SettingsPaths): Row[] {
	if (logged.function !== "webhook" && logged.function !== "poll") return [];
	const { settings, credentials } = paths[logged.Provider] ?? {};
	const file = logged.function === "webhook" ? settings : credentials;
	return (logged.settings ?? []).map((setting) => [
		"settings",
		`look at ${setting}${file === undefined ? "" : ` (${file})`}`,
	]);
}

function parse(line: string): Logged | undefined {
	try {
		return Logged.safeParse(JSON.parse(line)).data;
	} catch {
		return undefined;
	}
}
