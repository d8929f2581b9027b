import { InvokeCommand } from "@aws-sdk/client-lambda";
import * as z from "zod";
import { defineCommand } from "../command/command.ts";
import { askConsent, yesOption } from "../command/consent.ts";
import { idsOption, readIds } from "../command/ids.ts";
import { inTurn } from "../command/in-turn.ts";
import {
	type Entry,
	fieldOf,
	findEntry,
	listEntries,
} from "../installation/entries.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { type Installation, only } from "../installation/installation.ts";
import { asTrouble, Trouble } from "../trouble.ts";
import { entryFilter, readEntryFilter } from "./filter.ts";

/** What the webhook function says of a delivery that it has read again. */
const Retried = z.object({
	outcome: z.string(),
	type: z.string().optional(),
	id: z.string().optional(),
	reason: z.string().optional(),
	quarantine: z.string().optional(),
	issues: z
		.array(z.object({ path: z.string(), message: z.string() }))
		.optional(),
	error: z.string().optional(),
});
type Retried = z.output<typeof Retried>;

const RetriedRow = Retried.omit({ id: true }).extend({
	id: z.string().meta({ description: "the entry's" }),
	provider: z.string(),
	event: z.string().optional().meta({ description: "the event's id" }),
});

/** What another reading would not change, or should not without being asked. */
const left: readonly string[] = ["conflict", "return", "polled"];
const together = 4;

export default defineCommand({
	name: "quarantine retry",
	summary: "has deliveries read again that lie in quarantine",
	description: `The deployed webhook function reads them: what they hold does not pass this machine. What is
recorded leaves quarantine; what still cannot be read stays, with the reason. A signature is judged by the
settings as they are now, and the time at which the delivery came; a proof that was a secret header was not
kept, and --unproven says that you have looked and that the delivery is genuine.
By filter, a conflict, a return and a polled row are left where they are: the first stays a conflict, the poll
asks again for the last by itself, and a return is more often a late copy than news. Name its id, or
--reason return, to have it recorded as news.`,
	arguments: [{ name: "[<id …>]", says: "these; else those of the filter" }],
	options: {
		...installationOptions,
		...entryFilter,
		...idsOption,
		unproven: {
			type: "boolean",
			says: "take your word for a proof that is not kept",
		},
		...yesOption,
		json: { type: "boolean", says: "one JSON object a line, for programs" },
	},
	examples: [
		[
			"quarantine retry --provider acme --reason invalid --since 7d",
			"what would be read again, after a reader was mended",
		],
		[
			"quarantine retry uI3xTnDdEEMmQ05sNC_fDrUaHnO7wRyYIpRyuYzKqPA --yes",
			"one of them",
		],
	],
	line: RetriedRow,
	async run({ values, words, terminal, environment, signal }) {
		const ids = await readIds(words, values, terminal);
		const byId = words.length > 0 || values.ids !== undefined;
		const filter = byId ? undefined : readEntryFilter(values, terminal);
		const installation = await findInstallation(values, environment);
		const entries: Entry[] = [];
		let skipped = 0;
		if (filter)
			for await (const entry of listEntries(
				installation,
				filter,
				terminal.progress,
			))
				if (filter.reason === undefined && left.includes(entry.reason))
					skipped++;
				else entries.push(entry);
		else for (const id of ids) entries.push(await findEntry(installation, id));
		if (skipped > 0)
			terminal.note(
				`${skipped} left where they are: conflicts, returns or polled rows.`,
			);
		if (entries.length === 0) {
			terminal.note("Nothing matched.");
			return "nothing";
		}
		askConsent(
			{
				what: `${entries.length} read again by ${installation.called}`,
				count: entries.length,
				samples: entries.slice(0, 3).map(describe),
			},
			values,
			terminal,
		);
		let remaining = 0;
		let done = 0;
		await inTurn(entries, together, async (entry) => {
			if (signal.aborted) return;
			const { provider, id } = entry;
			const retried = await retryEntry(installation, entry, values.unproven);
			if (retried.quarantine !== undefined || retried.error) remaining++;
			terminal.progress(`${++done} of ${entries.length}`);
			const { id: event, ...rest } = retried;
			terminal.print(
				values.json
					? JSON.stringify({ ...rest, id, provider, event })
					: sayRetried(id, retried),
			);
		});
		if (!values.json)
			terminal.note(
				`${done - remaining} settled, ${remaining} still in quarantine.`,
			);
		return remaining > 0 ? "trouble" : "done";
	},
});

function describe(entry: Entry): string {
	const { id, provider, reason, firstAt, issues } = entry;
	const field = fieldOf(entry);
	const why = [field, issues[0]?.message].filter(Boolean).join(": ");
	return `${id}  ${firstAt.toISOString()}  ${provider}  ${reason}  ${why}`;
}

/** Has the deployed webhook function read it again. */
export async function retryEntry(
	installation: Installation,
	{ provider, id }: Entry,
	unproven = false,
): Promise<Retried> {
	const { webhook } = only(installation, provider).functions;
	const command = new InvokeCommand({
		FunctionName: webhook,
		Payload: JSON.stringify({ retry: id, unproven }),
	});
	try {
		const { Payload, FunctionError } = await installation.clients
			.lambda()
			.send(command);
		const text = Buffer.from(Payload ?? []).toString();
		if (FunctionError)
			throw new Trouble(
				`The webhook function of ${provider} failed (${JSON.parse(text).errorType}). Its log says more.`,
			);
		return Retried.parse(JSON.parse(text));
	} catch (error) {
		throw asTrouble(error, "invoke the webhook function");
	}
}

function sayRetried(
	entry: string,
	{ outcome, type, id, reason, quarantine, issues, error }: Retried,
): string {
	const [issue] = issues ?? [];
	const why = issue && [issue.path, issue.message].filter(Boolean).join(": ");
	const moved = quarantine !== entry ? quarantine : undefined;
	return [entry, outcome, type, id, reason, moved, why, error]
		.filter(Boolean)
		.join("  ");
}
