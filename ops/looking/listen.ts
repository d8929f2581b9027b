import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { defineCommand } from "../command/command.ts";
import { eventFilter } from "../command/filter.ts";
import { line } from "../command/list.ts";
import { readTime } from "../command/period.ts";
import { printable, type Terminal } from "../command/terminal.ts";
import {
	cannotBeRead,
	EventRow,
	type StoredEvent,
} from "../installation/events.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { followEvents } from "../installation/follow.ts";
import { Misuse } from "../trouble.ts";
import { eventColumns } from "./events.ts";

const Posted = EventRow.extend({
	status: z.number().meta({ description: "what was answered" }),
});

export default defineCommand({
	name: "listen",
	summary:
		"posts each event to an address on this machine, those since then and those to come",
	description: `To try a consumer that is being written: it gets the messages as the queue carries them, as
CloudEvents in JSON (content-type application/cloudevents+json), one after the other. The queue and its consumers
notice nothing. Without --since it begins now. While nothing listens at the address, it waits; what is answered
with an error is said and not sent again. Only addresses of this machine are taken: events may hold personal data.`,
	arguments: [{ name: "<url>", says: "http://127.0.0.1:8080/events" }],
	options: {
		...installationOptions,
		provider: eventFilter.provider,
		type: eventFilter.type,
		subject: eventFilter.subject,
		via: eventFilter.via,
		since: {
			...eventFilter.since,
			says: "begin with what was recorded then: so long ago (30m, 2h, 7d), or a time; now unless said",
		},
		json: {
			type: "boolean",
			says: "one JSON object a line, for programs; schemas/ops has its shape",
		},
	},
	examples: [
		[
			"listen http://127.0.0.1:8080/events --since 2h",
			"what came in the last two hours, and whatever comes",
		],
	],
	line: Posted,
	async run({ values, words: [url = ""], terminal, environment, signal }) {
		const address = readAddress(url);
		const now = new Date();
		const { since, provider, type, subject, via } = values;
		const from = since === undefined ? now : readTime("--since", since, now);
		const installation = await findInstallation(values, environment);
		terminal.note(
			`Posting the events of ${installation.called} since ${from.toISOString()} to ${address}; Ctrl-C ends it.`,
		);
		const filter = { provider, type, subject, via, since: from };
		const events = followEvents(installation, filter, { signal });
		await postAll(events, address, { terminal, signal, json: values.json });
		return "done";
	},
});

/** Of this machine: what is posted may hold personal data. */
export function readAddress(text: string): URL {
	const url = URL.parse(text);
	if (url?.protocol !== "http:" && url?.protocol !== "https:")
		throw new Misuse(
			`"${text}" is no address; http://127.0.0.1:8080/events is one.`,
		);
	if (!/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname))
		throw new Misuse(
			`${url.hostname} is not this machine: events may hold personal data, so they are posted to 127.0.0.1, [::1] or localhost alone.`,
		);
	return url;
}

interface Posting {
	terminal: Terminal;
	signal: AbortSignal;
	json?: boolean;
	/** after so long without an event, it is said that none came */
	quietMs?: number;
}

/** Posts one event after the other, and says so; a silence is said, too. */
export async function postAll(
	events: AsyncIterable<StoredEvent>,
	url: URL,
	{ terminal, signal, json, quietMs = 60_000 }: Posting,
): Promise<void> {
	let last = new Date();
	const silence = setInterval(() => {
		if (Date.now() - last.getTime() >= quietMs)
			terminal.note(`Nothing has come since ${last.toISOString()}.`);
	}, quietMs);
	try {
		for await (const event of events) {
			const { id, message } = event;
			if (message === undefined) {
				terminal.note(`${printable(id)} is not posted: ${cannotBeRead}.`);
				continue;
			}
			const status = await post(message, url, { terminal, signal });
			if (status === undefined) return;
			last = new Date();
			const row = { ...EventRow.parse(event), status };
			terminal.print(
				json
					? JSON.stringify(row)
					: line([...eventColumns, { title: "", of: () => `${status}` }], row),
			);
		}
	} finally {
		clearInterval(silence);
	}
}

const againMs = 1000;

/** Answers the status; undefined where the command was ended before. */
async function post(
	message: string,
	url: URL,
	{ terminal, signal }: Pick<Posting, "terminal" | "signal">,
): Promise<number | undefined> {
	let told = false;
	while (!signal.aborted) {
		try {
			const answer = await fetch(url, {
				method: "POST",
				headers: { "content-type": "application/cloudevents+json" },
				body: message,
				redirect: "manual",
				signal,
			});
			await answer.arrayBuffer();
			return answer.status;
		} catch {
			// refused, or cut off: nobody has taken it
			if (!told && !signal.aborted)
				terminal.note(`Nothing answers at ${url}; waiting for it.`);
			told = true;
			await delay(againMs, undefined, { signal }).catch(() => {});
		}
	}
	return undefined;
}
