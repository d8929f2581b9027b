import { randomBytes } from "node:crypto";
import * as z from "zod";
import { defineCommand, defineOptions } from "../command/command.ts";
import { askConsent, yesOption } from "../command/consent.ts";
import { eventFilter, readFilter } from "../command/filter.ts";
import { idsOption, readIds } from "../command/ids.ts";
import type { Terminal } from "../command/terminal.ts";
import { cannotBeRead, type StoredEvent } from "../installation/events.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { Misuse, Trouble } from "../trouble.ts";
import { eventsOf, replayEvents } from "./events.ts";
import { type Failure, listFailures, replayFailure } from "./failures.ts";
import { openPace } from "./pace.ts";
import { openProgress, type Progress } from "./progress.ts";
import { openSender, type Refused } from "./sender.ts";

const options = defineOptions({
	...installationOptions,
	...eventFilter,
	...idsOption,
	failures: {
		type: "boolean",
		says: "what lies in the failure bucket, by the time at which it came there",
	},
	rate: {
		type: "string",
		value: "<number>",
		says: "messages a second; 50 unless said",
	},
	resume: {
		type: "string",
		value: "<replay>",
		says: "go on with a replay that was interrupted",
	},
	...yesOption,
	json: { type: "boolean", says: "the result as one JSON object" },
});

const Result = z.object({
	replay: z.string().meta({ description: "the attribute `replay` of each" }),
	sent: z.number(),
	refused: z.array(z.object({ id: z.string(), reason: z.string() })),
});
type Result = z.output<typeof Result>;

const usualRate = 50;
const highestRate = 3000;

export default defineCommand({
	name: "replay",
	summary: "sends events again to their queues, marked as replayed",
	description: `An event keeps its id, so a consumer that is idempotent by id is not troubled, and carries the
attribute "replay". Events go in the order in which they were recorded. A replay that is interrupted, even
killed, goes on with --resume where it was; its place is kept in .billhook/replays (or BILLHOOK_DATA).
With --failures, what SQS refused for good and what the stream's mapping gave up on is sent, and leaves the
bucket once SQS has it.`,
	arguments: [{ name: "[<id …>]", says: "these; else those of the filter" }],
	options,
	examples: [
		["replay --provider acme --since 2h", "what would be sent"],
		["replay --provider acme --since 2h --rate 20 --yes", "sends it"],
		[
			"replay PeZ5QeqoSC-3M95QJ3UVDDbcCkPXkNsd43h1oOGyNl8 --since 30d --yes",
			"one event of this month",
		],
		["replay --failures --since 14d --yes", "what could not be forwarded"],
	],
	line: Result,
	async run({ values, words, terminal, environment, signal }) {
		const typedRate = readRate(values.rate);
		const ids = await readIds(words, values, terminal);
		const isById = words.length > 0 || values.ids !== undefined;
		if (
			Number(isById) + Number(!!values.failures) + Number(!!values.resume) >
			1
		)
			throw new Misuse("Ids, --failures and --resume do not go together.");
		const kept = openProgress(environment.BILLHOOK_DATA || ".billhook");
		const resumed =
			values.resume === undefined ? undefined : kept.read(values.resume);
		const filter = resumed?.filter ?? readFilter(values, terminal);
		const installation = await findInstallation(values, environment);
		const consent = (count: number, samples: string[], what: string) =>
			askConsent({ what, count, samples }, values, terminal);
		const replay = resumed?.replay ?? randomBytes(9).toString("base64url");
		const rate = typedRate ?? resumed?.rate ?? usualRate;
		const send = openSender({
			installation,
			replay,
			pace: openPace(rate),
			signal,
			onTrouble: (message) => terminal.note(message),
		});
		if (values.failures) {
			const result = await sendFailures();
			return result ? end(result, values, terminal) : "nothing";
		}
		const progress = resumed ?? (await begin());
		if (progress.count === 0) {
			terminal.note("Nothing matched.");
			return "nothing";
		}
		if (progress.called !== installation.called)
			throw new Misuse(
				`The replay ${replay} is of ${progress.called}, not of ${installation.called}.`,
			);
		if (resumed) {
			const left = progress.count - progress.sent - progress.refused.length;
			consent(
				left,
				[],
				`${left} events of ${progress.count} are still to be sent, ${rate} a second at most`,
			);
		}
		kept.write(progress);
		let latest = progress;
		const hint = `billhook replay --resume ${replay} --yes goes on with it.`;
		try {
			const left = {
				...progress,
				filter: { ...filter, since: laterOf(filter.since, progress.before) },
			};
			const source = progress.ids ? progress : left;
			const ended = await replayEvents(
				eventsOf(installation, source),
				progress,
				{
					send,
					signal,
					onProgress(now) {
						latest = now;
						kept.write(now);
						terminal.progress(`${now.sent} of ${now.count} sent`);
					},
				},
			);
			if (signal.aborted) return interrupted();
			kept.remove(replay);
			return end(ended, values, terminal);
		} catch (error) {
			if (signal.aborted) return interrupted();
			if (error instanceof Trouble)
				throw new Trouble(`${error.message} ${hint}`, { cause: error });
			throw error;
		}

		function interrupted() {
			terminal.note(`${latest.sent} of ${latest.count} sent. ${hint}`);
			return "trouble" as const;
		}

		async function begin(): Promise<Progress> {
			const asked = { ids: isById ? ids : undefined, filter };
			const samples: StoredEvent[] = [];
			let count = 0;
			const events = eventsOf(installation, asked, terminal.progress);
			for await (const event of events) if (count++ < 3) samples.push(event);
			if (count > 0)
				consent(
					count,
					samples.map(describe),
					`${count} ${count === 1 ? "event is" : "events are"} sent again, ${rate} a second at most, to the queues of ${installation.called}`,
				);
			return {
				replay,
				called: installation.called,
				rate,
				...asked,
				count,
				before: "",
				done: [],
				sent: 0,
				refused: [],
			};
		}

		async function sendFailures(): Promise<Result | undefined> {
			const failures: Failure[] = [];
			for await (const failure of listFailures(installation, filter))
				failures.push(failure);
			const count = failures.reduce((sum, each) => sum + sizeOf(each), 0);
			if (failures.length === 0) {
				terminal.note("Nothing matched.");
				return undefined;
			}
			consent(
				count,
				failures.map(({ key }) => key),
				`${count} records of ${failures.length} failures are sent again to the queues of ${installation.called}`,
			);
			const refused: Refused = [];
			for (const failure of failures) {
				if (signal.aborted) break;
				refused.push(...(await replayFailure(installation, failure, send)));
				terminal.progress(`${failure.key}`);
			}
			return { replay, sent: count - refused.length, refused };
		}
	},
});

function end(
	{ replay, sent, refused }: Result,
	{ json }: { json?: boolean },
	terminal: Terminal,
) {
	if (json) terminal.print(JSON.stringify({ replay, sent, refused }));
	else terminal.print(`${replay}  ${sent} sent again`);
	for (const { id, reason } of refused)
		terminal.note(`${id}  was not taken: ${reason}`);
	return refused.length > 0 ? "trouble" : "done";
}

function describe({ id, recordedtime, type, subject }: StoredEvent): string {
	return `${id}  ${recordedtime}  ${type}  ${subject ?? `(${cannotBeRead})`}`;
}

function sizeOf({ outgoing, unreadable }: Failure): number {
	return outgoing.length + unreadable;
}

function laterOf(since: Date, before: string): Date {
	return before > since.toISOString() ? new Date(before) : since;
}

function readRate(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const rate = Number(text);
	if (rate > 0 && rate <= highestRate) return rate;
	throw new Misuse(
		`--rate is "${text}"; it takes a number of messages a second, up to ${highestRate}.`,
	);
}
