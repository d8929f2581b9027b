import * as z from "zod";
import { inTurn } from "../command/in-turn.ts";
import {
	bodyOf,
	type Entry,
	findEntry,
	listEntries,
	rowOf,
} from "../installation/entries.ts";
import { choose, type Installation } from "../installation/installation.ts";
import { groupByKind } from "../quarantine/list.ts";
import { retryEntry } from "../quarantine/retry.ts";
import type { Done, QuarantineKind, ShownDelivery } from "./answers.ts";

const dayMs = 24 * 3_600_000;
const together = 4;

/** What was kept in the last days, by kind. */
export async function listKinds(
	installation: Installation,
	parameters: URLSearchParams,
): Promise<QuarantineKind[]> {
	const period = lastDays(Number(parameters.get("days")));
	const provider = parameters.get("provider") || undefined;
	const kinds = choose(installation, provider).map(([name]) =>
		groupByKind(rows(listEntries(installation, { provider: name, ...period }))),
	);
	return (await Promise.all(kinds)).flat();
}

async function* rows(entries: AsyncIterable<Entry>) {
	for await (const entry of entries) yield rowOf(entry);
}

/** One delivery, as it came. */
export async function showDelivery(
	installation: Installation,
	id: string,
): Promise<ShownDelivery> {
	const entry = await findEntry(installation, id);
	return {
		id,
		provider: entry.provider,
		reason: entry.reason,
		issues: entry.issues,
		last: entry.lastAt.toISOString(),
		count: entry.count,
		path: Object.values(entry.path).join("/"),
		headers: entry.headers,
		body: Buffer.from(await bodyOf(installation, entry)).toString(),
	};
}

/** Either one entry, or all of a kind. */
const Chosen = z.union([
	z.strictObject({ id: z.string() }),
	z.strictObject({
		provider: z.string(),
		reason: z.string(),
		field: z.string(),
		days: z.number(),
	}),
]);

/** Has the deployed function read again what was chosen. */
export async function retry(
	installation: Installation,
	body: unknown,
	signal: AbortSignal,
): Promise<Done> {
	const chosen = Chosen.parse(body);
	const entries: Entry[] = [];
	if ("id" in chosen) entries.push(await findEntry(installation, chosen.id));
	else
		for await (const entry of listEntries(installation, {
			...chosen,
			...lastDays(chosen.days),
		}))
			entries.push(entry);
	const failed: string[] = [];
	await inTurn(entries, together, async (entry) => {
		if (signal.aborted) return;
		const { quarantine, issues, error } = await retryEntry(installation, entry);
		if (quarantine === undefined && error === undefined) return;
		const [issue] = issues ?? [];
		failed.push(`${error ?? issue?.message ?? "It stays."} (${entry.id})`);
	});
	return {
		says: `${entries.length - failed.length} settled, ${failed.length} still in quarantine.`,
		failed: failed.slice(0, 3),
	};
}

function lastDays(days: number): { since: Date; until: Date } {
	const until = new Date();
	return { since: new Date(until.getTime() - (days || 1) * dayMs), until };
}
