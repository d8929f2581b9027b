import { createReadStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
	DescribeLogGroupsCommand,
	FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { Logged } from "../../functions/log/logged.ts";
import { type Installation, only } from "./installation.ts";

export interface LogQuery {
	since: Date;
	until: Date;
	/** only what was written from then on: a line is written when what it tells of has ended */
	writtenSince?: Date;
	/** a line must hold one of these texts; none: every line */
	terms?: readonly string[];
	onProgress?: (line: string) => void;
	signal?: AbortSignal;
}

/** What a provider's functions have logged, in about the order in which they did. */
export async function* readLog(
	installation: Installation,
	provider: string,
	query: LogQuery,
): AsyncGenerator<Logged> {
	const { folder } = installation;
	const since = query.since.toISOString();
	const until = query.until.toISOString();
	const texts =
		folder === undefined
			? cloudLines(installation, only(installation, provider).log, query)
			: fileLines(join(folder, "log"), query);
	for await (const text of texts) {
		if (query.terms && !query.terms.some((term) => text.includes(term)))
			continue;
		// most lines of a file are of another time
		const time = /"time":"([^"]{20,30})"/.exec(text)?.[1] ?? "";
		if (time < since || time > until) continue;
		const line = parse(text);
		if (line?.Provider === provider) yield line;
	}
}

/** How far back a provider's log reaches; undefined where nothing has been logged. */
export async function logReach(
	installation: Installation,
	provider: string,
): Promise<Date | undefined> {
	const { folder, clients } = installation;
	if (folder !== undefined) {
		const [first] = filesIn(join(folder, "log"));
		return first === undefined ? undefined : beginOf(first);
	}
	const { log } = only(installation, provider);
	const { logGroups = [] } = await clients
		.logs()
		.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: log }));
	const own = logGroups.find(({ logGroupName }) => logGroupName === log);
	if (!own) return undefined;
	const { creationTime = 0, retentionInDays } = own;
	const kept = retentionInDays
		? Date.now() - retentionInDays * 86_400_000
		: Number.NEGATIVE_INFINITY;
	return new Date(Math.max(creationTime, kept));
}

// a line is written when what it tells of has ended
const longestRunMs = 15 * 60_000;

async function* cloudLines(
	{ clients }: Installation,
	logGroupName: string,
	{ since, until, writtenSince, terms, onProgress, signal }: LogQuery,
): AsyncGenerator<string> {
	let nextToken: string | undefined;
	do {
		const { events = [], nextToken: next } = await clients.logs().send(
			new FilterLogEventsCommand({
				logGroupName,
				startTime: (writtenSince ?? since).getTime(),
				endTime: until.getTime() + longestRunMs,
				filterPattern: patternOf(terms),
				nextToken,
			}),
			{ abortSignal: signal },
		);
		for (const { message = "" } of events) yield message;
		const at = events.at(-1)?.timestamp;
		if (at) onProgress?.(`reading the log, ${new Date(at).toISOString()}`);
		nextToken = next;
	} while (nextToken);
}

/** Any of them; https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
function patternOf(terms: LogQuery["terms"]): string | undefined {
	if (!terms) return undefined;
	const quoted = terms.map((term) => `"${term.replaceAll('"', '\\"')}"`);
	return quoted.length === 1
		? quoted[0]
		: quoted.map((term) => `?${term}`).join(" ");
}

async function* fileLines(
	folder: string,
	{ since, until }: LogQuery,
): AsyncGenerator<string> {
	const files = filesIn(folder);
	for (const [index, file] of files.entries()) {
		const next = files[index + 1];
		if (next && beginOf(next).getTime() < since.getTime()) continue;
		if (beginOf(file).getTime() > until.getTime() + longestRunMs) return;
		const input = createReadStream(join(folder, file));
		yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
	}
}

/** Their names are the times at which they begin, and sort by them. */
export function filesIn(folder: string): string[] {
	try {
		return readdirSync(folder)
			.filter((name) => name.endsWith(".jsonl"))
			.sort();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
		throw error;
	}
}

/** 2026-01-31T10-00-00.000Z.jsonl */
function beginOf(file: string): Date {
	return new Date(
		file.replace(".jsonl", "").replace(/T(\d\d)-(\d\d)-/, "T$1:$2:"),
	);
}

/** Lines of Lambda's own, and of other versions, are passed over. */
function parse(text: string): Logged | undefined {
	if (!text.startsWith("{")) return undefined;
	try {
		return Logged.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}
